from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("changes", "0004_large_changes")]

    operations = [
        migrations.AlterModelOptions(
            name="change",
            options={"verbose_name": "change put to the bank", "verbose_name_plural": "changes put to the bank"},
        ),
        migrations.AddField(model_name="change", name="bank_asked_at", field=models.DateTimeField(null=True)),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("bank_asked_at__isnull", False)), fields=["bank_asked_at"], name="change_of_bank"
            ),
        ),
        migrations.AlterField(
            model_name="signature",
            name="role",
            field=models.CharField(
                choices=[("maker", "Maker"), ("approver", "Approver"), ("bank", "The bank")], max_length=10
            ),
        ),
    ]
