import pytest
from pytest_django import Settings


@pytest.fixture
def naming_service(settings: Settings) -> None:
    """The portal has kinds of change of its own, and a word in place of the one-time code."""
    from tests.changes import naming

    settings.CONFIRMATION_METHODS = ["tests.changes.naming.Word"]
    settings.CHANGES = [*settings.CHANGES, "tests.changes.naming.KINDS"]
    for memory in (naming.Word.asked, naming.WordOnce.used, naming.NameProfile.trouble):
        memory.clear()
