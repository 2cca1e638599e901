"""User and product of a limit, and of what is used of it, belong to the row's company: the database says so itself."""

from django.db import migrations

ADD = """
ALTER TABLE limits_{table}
    ADD CONSTRAINT {table}_user_of_company
        FOREIGN KEY (user_id, company_id) REFERENCES directory_user (id, company_id),
    ADD CONSTRAINT {table}_product_of_company
        FOREIGN KEY (product_id, company_id) REFERENCES products_product (id, company_id)
"""
DROP = """
ALTER TABLE limits_{table}
    DROP CONSTRAINT {table}_user_of_company,
    DROP CONSTRAINT {table}_product_of_company
"""


class Migration(migrations.Migration):
    dependencies = [("limits", "0002_protect_rows")]

    operations = [
        migrations.RunSQL(ADD.format(table=table), DROP.format(table=table)) for table in ("userlimit", "usage")
    ]
