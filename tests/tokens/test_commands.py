from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tenancy import context
from tests import factories
from tests.tokens.factories import token
from tokens.enums import Purpose, TokenState
from tokens.services import verify


def code(username: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("code", username, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_it_prints_the_code_that_opens_and_how_long_it_lasts(db: None) -> None:
    with context.bank():
        holder = factories.administrator(username="adelgado")
        token(holder)

    printed, hint = code("ADelgado")

    with context.bank():
        assert verify(user=holder, code=printed.strip(), purpose=Purpose.SIGN_IN)
    assert hint.startswith("changes in ")


def test_it_says_when_the_present_code_was_used(db: None) -> None:
    with context.bank():
        holder = factories.administrator(username="adelgado")
        token(holder, last_step=2**40)

    assert code("adelgado")[1].startswith("already used: wait ")


def test_people_of_the_same_name_are_told_apart(db: None) -> None:
    with context.bank():
        keys = []
        for portal in (factories.portal(), factories.portal(hostnames=["occinet.localhost"])):
            holder = factories.administrator(factories.company(portal), username="admon")
            token(holder)
            keys.append(holder.sign_in_key)

    lines = code("admon")[0].splitlines()

    assert sorted(line.split()[1] for line in lines) == sorted(keys)


def test_only_active_tokens_have_a_code(db: None) -> None:
    with context.bank():
        token(factories.administrator(username="adelgado"), state=TokenState.BLOCKED)

    with pytest.raises(CommandError, match="Nobody called adelgado"):
        code("adelgado")


def test_outside_of_the_demo_it_refuses(db: None, settings: Any) -> None:
    settings.DEMO = False
    with context.bank():
        token(factories.administrator(username="adelgado"))

    with pytest.raises(CommandError, match="in the demo alone"):
        code("adelgado")
