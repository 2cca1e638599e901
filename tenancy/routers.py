class OwnerMigrates:
    """Tables are created and changed only by the owner's connection; the application's role owns nothing."""

    def allow_migrate(self, db: str, app_label: str, **_: object) -> bool:
        return db == "owner"
