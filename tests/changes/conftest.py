import pytest
from pytest_django import Settings


@pytest.fixture
def naming_service(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The portal has one more change service, and a word in place of the one-time code."""
    from changes import registry
    from tests.changes import naming

    settings.CONFIRMATION_METHODS = ["tests.changes.naming.Word"]
    monkeypatch.setitem(registry._services, naming.NameProfile.key, naming.NameProfile())
    for memory in (naming.Word.asked, naming.WordOnce.used):
        memory.clear()
