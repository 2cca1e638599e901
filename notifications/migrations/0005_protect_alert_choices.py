from django.db import migrations

from tenancy.operations import ProtectRows


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_alert_choices"), ("tenancy", "0001_whose")]

    operations = [
        ProtectRows("AlertChoice"),
    ]
