from accounts.models import Session


def is_open(row_key: str) -> bool:
    """Whether nobody has ended the session meanwhile; `row_key` is what the trail calls it."""
    return Session.objects.filter(pk=row_key, ended_because="").exists()
