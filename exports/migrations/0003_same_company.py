"""An export's maker and its pieces belong to its company: the database says so itself."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("exports", "0002_protect_rows"), ("directory", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE exports_export
                ADD CONSTRAINT export_maker_of_company
                    FOREIGN KEY (maker_id, company_id) REFERENCES directory_user (id, company_id);
            ALTER TABLE exports_exportpart
                ADD CONSTRAINT part_of_companys_export
                    FOREIGN KEY (export_id, company_id) REFERENCES exports_export (id, company_id)
            """,
            """
            ALTER TABLE exports_exportpart DROP CONSTRAINT part_of_companys_export;
            ALTER TABLE exports_export DROP CONSTRAINT export_maker_of_company
            """,
        )
    ]
