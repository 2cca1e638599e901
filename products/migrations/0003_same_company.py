"""An assignment's user and product belong to the assignment's company: the database says so itself."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("products", "0002_protect_rows")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE products_productassignment
                ADD CONSTRAINT assignment_user_of_company
                    FOREIGN KEY (user_id, company_id) REFERENCES directory_user (id, company_id),
                ADD CONSTRAINT assignment_product_of_company
                    FOREIGN KEY (product_id, company_id) REFERENCES products_product (id, company_id)
            """,
            """
            ALTER TABLE products_productassignment
                DROP CONSTRAINT assignment_user_of_company,
                DROP CONSTRAINT assignment_product_of_company
            """,
        )
    ]
