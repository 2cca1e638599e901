"""A schedule's user belongs to the schedule's company: the database says so itself."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("schedules", "0002_protect_rows")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE schedules_accessschedule
                ADD CONSTRAINT schedule_user_of_company
                    FOREIGN KEY (user_id, company_id) REFERENCES directory_user (id, company_id)
            """,
            "ALTER TABLE schedules_accessschedule DROP CONSTRAINT schedule_user_of_company",
        )
    ]
