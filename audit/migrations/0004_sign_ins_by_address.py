from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_find_by_actor"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                condition=models.Q(("event", "sign_in")),
                fields=["company_id", "actor_id", "address"],
                name="audit_sign_ins",
            ),
        ),
    ]
