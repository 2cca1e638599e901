from typing import Any

import pytest


@pytest.fixture
def world(bank_scope: None) -> Any:
    from tests.architecture.world import make_world

    return make_world()
