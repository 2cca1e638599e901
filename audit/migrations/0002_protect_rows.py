from django.db import migrations

from tenancy.operations import ProtectRows


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        ProtectRows("AuditEvent"),
    ]
