from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0002_protect_rows"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="by_name",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="message",
            name="topic",
            field=models.CharField(
                blank=True,
                choices=[
                    ("access", "Sign-in and password"),
                    ("token", "Token"),
                    ("rights", "What the user may do"),
                    ("changes", "Changes in the company"),
                    ("files", "Exported files"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="url",
            field=models.CharField(blank=True, max_length=300),
        ),
    ]
