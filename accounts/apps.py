from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Registers the changes of this app."""
        from accounts.addresses import changes as addresses  # noqa: F401
        from accounts.alerts import changes as alerts  # noqa: F401
        from accounts.company import changes as company  # noqa: F401
        from accounts.passwords import changes as passwords  # noqa: F401
        from accounts.profiles import changes as profiles  # noqa: F401
        from accounts.states import changes as states  # noqa: F401
        from accounts.users import changes as users  # noqa: F401
