from accounts.back_office import admin  # noqa: F401 - Django looks for the pages of the back office here
