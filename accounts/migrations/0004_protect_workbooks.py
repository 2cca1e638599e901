from django.db import migrations

from tenancy.operations import ProtectRows


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_workbooks_and_password_orders"), ("tenancy", "0001_whose")]

    operations = [
        ProtectRows("PasswordOrder"),
        ProtectRows("Upload"),
        ProtectRows("UploadPiece"),
    ]
