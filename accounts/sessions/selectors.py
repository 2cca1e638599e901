from accounts.models import Session


def is_open(row_key: str) -> bool:
    """Whether the session has not been ended since; `row_key` is what the trail calls it."""
    return Session.objects.filter(pk=row_key, ended_because="").exists()
