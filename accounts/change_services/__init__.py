"""The administrative changes of this app. Importing the package registers them."""

from accounts.change_services import company, passwords, states, users

__all__ = ["company", "passwords", "states", "users"]
