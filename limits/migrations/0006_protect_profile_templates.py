"""A template's rows are the company's, and so is the profile they refer to: the database says so itself."""

from django.db import migrations

from tenancy.operations import ProtectRows

ADD = """
ALTER TABLE limits_profilelimit
    ADD CONSTRAINT profilelimit_profile_of_company
        FOREIGN KEY (profile_id, company_id) REFERENCES directory_profile (id, company_id)
"""
DROP = "ALTER TABLE limits_profilelimit DROP CONSTRAINT profilelimit_profile_of_company"


class Migration(migrations.Migration):
    dependencies = [("limits", "0005_profile_templates"), ("directory", "0009_profile_with_company")]

    operations = [ProtectRows("ProfileLimit"), migrations.RunSQL(ADD, DROP)]
