import pytest

from notifications.enums import DeliveryState
from notifications.models import Delivery


@pytest.mark.parametrize(
    ("state", "claims", "tone"),
    [
        (DeliveryState.PENDING, (True, False, False, False), "warn"),
        (DeliveryState.SENT, (False, True, False, False), "good"),
        (DeliveryState.FAILED, (False, False, True, False), "bad"),
        (DeliveryState.CANCELLED, (False, False, False, True), ""),
    ],
)
def test_a_mail_says_what_became_of_it(state: DeliveryState, claims: tuple[bool, ...], tone: str) -> None:
    mail = Delivery(state=state)

    assert (mail.is_pending, mail.is_sent, mail.is_failed, mail.is_cancelled) == claims
    assert mail.state_tone == tone
