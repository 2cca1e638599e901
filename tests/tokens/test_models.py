import pytest

from tokens.enums import TokenKind, TokenState
from tokens.models import Token

TONES = {
    TokenState.AVAILABLE: "",
    TokenState.ASSIGNED: "note",
    TokenState.PENDING_ACTIVATION: "warn",
    TokenState.ACTIVE: "good",
    TokenState.BLOCKED: "bad",
    TokenState.LOST: "bad",
    TokenState.DISABLED: "",
}


@pytest.mark.parametrize("state", TokenState)
def test_a_token_says_how_it_stands(state: TokenState) -> None:
    token = Token(state=state)

    assert token.is_available == (state == TokenState.AVAILABLE)
    assert token.state_tone == TONES[state]


@pytest.mark.parametrize("kind", TokenKind)
def test_a_token_says_whether_it_is_an_app(kind: TokenKind) -> None:
    assert Token(kind=kind).is_virtual == (kind == TokenKind.VIRTUAL)
