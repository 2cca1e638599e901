from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0010_language_of_a_person"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="list_layouts",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
    ]
