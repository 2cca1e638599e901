from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_readiness")]

    operations = [
        migrations.AddField(
            model_name="company",
            name="dual_control",
            field=models.BooleanField(default=False, verbose_name="Dual control"),
        ),
        migrations.AddField(
            model_name="company",
            name="dual_control_by_bank",
            field=models.BooleanField(default=False, verbose_name="Dual control required by the bank"),
        ),
    ]
