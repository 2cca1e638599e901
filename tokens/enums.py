from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TokenKind(TextChoices):
    VIRTUAL = "virtual", _("Virtual")
    PHYSICAL = "physical", _("Physical")


class TokenState(TextChoices):
    """Where a token is in its life cycle (S2-25). Only an active one authenticates; lost and disabled are final."""

    AVAILABLE = "available", _("Available")
    ASSIGNED = "assigned", _("Assigned")
    PENDING_ACTIVATION = "pending_activation", _("Pending activation")
    ACTIVE = "active", _("Active")
    BLOCKED = "blocked", _("Blocked")
    LOST = "lost", _("Lost")
    DISABLED = "disabled", _("Disabled")


LIVE = (TokenState.ASSIGNED, TokenState.PENDING_ACTIVATION, TokenState.ACTIVE, TokenState.BLOCKED)

TONE_OF_STATE = {
    TokenState.ASSIGNED: "note",
    TokenState.PENDING_ACTIVATION: "warn",
    TokenState.ACTIVE: "good",
    TokenState.BLOCKED: "bad",
    TokenState.LOST: "bad",
}


# What a state means to whoever runs the holder.
WORDS_OF_STATE = {
    TokenState.ASSIGNED: _("It is the user's, who has not enrolled it yet: it opens nothing."),
    TokenState.PENDING_ACTIVATION: _("The user has enrolled it; until it is activated it opens nothing."),
    TokenState.ACTIVE: _("Its codes sign the user in and confirm."),
    TokenState.BLOCKED: _("It opens nothing until it is unblocked."),
    TokenState.LOST: _("It was reported lost and never works again."),
    TokenState.DISABLED: _("Another token of the user took its place."),
}


class Transition(TextChoices):
    """What can be done with a token; each moves it from one state to another (`tokens.rules`)."""

    ASSIGN = "assign", _("Assign")
    ENROL = "enrol", _("Enrol")
    ACTIVATE = "activate", _("Activate")
    BLOCK = "block", _("Block")
    UNBLOCK = "unblock", _("Unblock")
    RELEASE = "release", _("Unassign")
    LOSE = "lose", _("Report as lost")
    DISABLE = "disable", _("Disable")


class Purpose(TextChoices):
    """What a one-time code was given for; the trail says it when a token locks."""

    SIGN_IN = "sign_in", _("Sign-in")
    CONFIRMATION = "confirmation", _("Confirmation")
