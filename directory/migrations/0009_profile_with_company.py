from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0008_retired_profiles"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="profile",
            constraint=models.UniqueConstraint(fields=("id", "company"), name="profile_with_company"),
        ),
    ]
