from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0007_what_profiles_open"),
    ]

    operations = [
        migrations.AddField(
            model_name="profile",
            name="state",
            field=models.CharField(
                choices=[("active", "Active"), ("retired", "Retired")],
                default="active",
                max_length=10,
                verbose_name="Status",
            ),
        ),
    ]
