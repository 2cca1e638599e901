"""A template's rows are the company's, and so is the profile they refer to: the database says so itself."""

from django.db import migrations

from tenancy.operations import ProtectRows

ADD = """
ALTER TABLE products_profilekind
    ADD CONSTRAINT profilekind_profile_of_company
        FOREIGN KEY (profile_id, company_id) REFERENCES directory_profile (id, company_id)
"""
DROP = "ALTER TABLE products_profilekind DROP CONSTRAINT profilekind_profile_of_company"


class Migration(migrations.Migration):
    dependencies = [("products", "0004_profile_templates"), ("directory", "0009_profile_with_company")]

    operations = [ProtectRows("ProfileKind"), migrations.RunSQL(ADD, DROP)]
