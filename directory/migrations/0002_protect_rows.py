from django.db import migrations

from tenancy.operations import ProtectRows


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial"), ("tenancy", "0001_whose")]

    operations = [
        ProtectRows("Company", column="id"),
        ProtectRows("Profile"),
        ProtectRows("User", sign_in_reads="sign_in_key"),
        ProtectRows("IpRule"),
    ]
