import os
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from tests.support import slow_smtp


@pytest.fixture
def slow(settings: Settings) -> Iterator[slow_smtp.SlowSmtp]:
    """A mail server to be made slow or rude, where every process of this session looks for one."""
    settings.EMAIL_BACKEND = "notifications.smtp.EmailBackend"
    with slow_smtp.running(int(os.environ["OCCIRED_SMTP_PORT"])) as server:
        yield server


@pytest.fixture
def company(bank_scope: None) -> Any:
    from tests import factories

    return factories.company()


@pytest.fixture
def committed_company(committed_db: None) -> Any:
    from tenancy import context
    from tests import factories

    with context.bank():
        return factories.company()
