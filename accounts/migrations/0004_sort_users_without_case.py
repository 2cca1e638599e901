import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_user_with_company"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="user",
            name="user_company_username",
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(
                models.F("company"),
                django.db.models.functions.text.Lower("username"),
                name="user_company_lower_username",
            ),
        ),
    ]
