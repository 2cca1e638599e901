from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0009_profile_with_company"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(blank=True, max_length=5, verbose_name="Language"),
        ),
    ]
