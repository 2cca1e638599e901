import pytest
from django.core.exceptions import ValidationError

from directory.rules.texts import one_line


def test_a_text_is_kept_on_one_line_and_in_one_form() -> None:
    assert one_line("  Jose\u0301,\n de\u2028vacaciones  ") == "José, de vacaciones"


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\u2066", "\x00", "\ue000", "\ufeff"])
def test_what_cannot_be_seen_is_refused(hidden: str) -> None:
    with pytest.raises(ValidationError):
        one_line(f"sin{hidden}soporte")
