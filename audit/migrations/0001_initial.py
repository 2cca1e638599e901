from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Chain",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("sequence", models.PositiveBigIntegerField(default=0)),
                ("hash", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chain_id", models.UUIDField()),
                ("sequence", models.PositiveBigIntegerField()),
                ("company_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("sign_in", "Sign-in"),
                            ("sign_in.refused", "Sign-in refused"),
                            ("sign_out", "Sign-out"),
                            ("session.ended", "Session ended"),
                            ("user.locked", "User locked"),
                            ("token.locked", "Token locked"),
                            ("password.own", "Own password changed"),
                            ("image.own", "Own security image changed"),
                            ("access.refused", "Access refused"),
                            ("change.proposed", "Change proposed"),
                            ("change.withdrawn", "Change withdrawn"),
                            ("change.refused", "Change refused"),
                            ("change.stale", "Change out of date"),
                            ("change.expired", "Change expired"),
                            ("user.created", "User created"),
                            ("user.changed", "User information changed"),
                            ("user.state", "User activated or inactivated"),
                            ("user.alerts", "Alerts changed"),
                            ("password.generated", "Password generated"),
                            ("profile.saved", "Profile saved"),
                            ("company.parameters", "Security parameters changed"),
                            ("company.addresses", "Allowed addresses changed"),
                            ("products.enabled", "Company products enabled"),
                            ("products.assigned", "Products assigned"),
                            ("limits.changed", "Limits changed"),
                            ("ceilings.changed", "Amounts by service changed"),
                            ("schedule.changed", "Days and hours changed"),
                            ("company.created", "Company created"),
                            ("company.changed", "Company changed"),
                            ("product.saved", "Product saved by the bank"),
                            ("token.imported", "Token added by the bank"),
                            ("token.assigned", "Token assigned"),
                            ("token.activated", "Token activated"),
                            ("token.unlocked", "Token lock lifted"),
                            ("token.blocked", "Token blocked"),
                            ("token.released", "Token unassigned"),
                            ("token.not_required", "Sign-in without token allowed again"),
                            ("back_office", "Back office record changed"),
                        ],
                        max_length=40,
                        verbose_name="Event",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("ok", "Done"), ("refused", "Refused")],
                        max_length=10,
                        verbose_name="Outcome",
                    ),
                ),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_name", models.CharField(blank=True, max_length=150)),
                ("target_type", models.CharField(blank=True, max_length=60)),
                ("target_id", models.CharField(blank=True, max_length=60)),
                ("target_name", models.CharField(blank=True, max_length=200)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("detail", models.JSONField(null=True)),
                ("address", models.GenericIPAddressField(null=True)),
                ("session", models.CharField(blank=True, max_length=64)),
                ("channel", models.CharField(max_length=20)),
                ("factors", models.JSONField(default=list)),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "Audit event",
                "verbose_name_plural": "Audit trail",
                "indexes": [
                    models.Index(fields=["company_id", "-at"], name="audit_company_at"),
                    models.Index(fields=["company_id", "target_type", "target_id"], name="audit_company_target"),
                ],
                "constraints": [models.UniqueConstraint(fields=("chain_id", "sequence"), name="audit_one_row_a_place")],
            },
        ),
    ]
