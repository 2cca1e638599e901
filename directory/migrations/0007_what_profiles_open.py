import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0006_sign_in_texts"),
    ]

    operations = [
        migrations.AddField(
            model_name="company",
            name="options",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                blank=True,
                default=None,
                null=True,
                size=None,
                verbose_name="Options",
            ),
        ),
        migrations.AddField(
            model_name="profile",
            name="options",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                blank=True,
                default=None,
                null=True,
                size=None,
                verbose_name="Options",
            ),
        ),
        migrations.AddField(
            model_name="profile",
            name="services",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), blank=True, default=None, null=True, size=None, verbose_name="Services"
            ),
        ),
    ]
