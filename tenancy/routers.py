class OwnerMigrates:
    """Tables are made and changed by the owner's connection alone; the application's role owns nothing."""

    def allow_migrate(self, db: str, app_label: str, **_: object) -> bool:
        return db == "owner"
