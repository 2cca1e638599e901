from django.db import migrations

from tenancy.operations import ProtectRows


class Migration(migrations.Migration):
    dependencies = [("exports", "0001_initial"), ("tenancy", "0001_whose")]

    operations = [
        ProtectRows("Export"),
        ProtectRows("ExportPart"),
    ]
