from django.db import migrations

from tenancy.operations import ProtectRows


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [
        ProtectRows("Company", column="id", sign_in_reads=True),
        ProtectRows("Profile"),
        ProtectRows("User", sign_in_reads=True),
        ProtectRows("IpRule"),
    ]
