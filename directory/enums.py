from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """Bank staff work in the back office alone and belong to no company."""

    ADMINISTRATOR = "administrator", _("Administrator")
    SECONDARY = "secondary", _("Secondary user")
    BANK = "bank", _("Bank staff")


class UserState(TextChoices):
    PENDING = "pending", _("Pending")
    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Inactive")
    LOCKED = "locked", _("Locked")


TONE_OF_STATE = {UserState.ACTIVE: "good", UserState.PENDING: "warn", UserState.LOCKED: "bad"}


class CredentialState(TextChoices):
    """What kind of password it is. An expired one is a permanent one past its date."""

    NONE = "none", _("No password")
    GENERATED = "generated", _("Generated, to be changed at first sign-in")
    PERMANENT = "permanent", _("Chosen by the user")


class PasswordWorth(StrEnum):
    """What a password opens now: everything, only the page to change it, or nothing."""

    GOOD = "good"
    MUST_CHANGE = "must_change"
    WORTHLESS = "worthless"


class CompanyState(TextChoices):
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")


class OperatingRole(TextChoices):
    """What a profile allows its users to do with operations (S3-023..027)."""

    OPERATOR = "operator", _("Operator")
    SUPERVISOR = "supervisor", _("Supervisor")
    BOTH = "both", _("Both")


class ProfileState(TextChoices):
    """A retired profile is given to nobody any more; who has it keeps it."""

    ACTIVE = "active", _("Active")
    RETIRED = "retired", _("Retired")


class Readiness(TextChoices):
    """What somebody may do as they stand, whatever the hour and the address (`rights.rules.readiness`).

    Nothing is missing; they may sign in, but not yet do their work; or they may not even sign in.
    """

    READY = "ready", _("Can move money")
    ENTERS = "enters", _("Can sign in, but not move money")
    BARRED = "barred", _("Cannot sign in")


class PasswordPolicy(TextChoices):
    STRONG = "strong", _("Strong (12 to 128 characters)")
    OCCINET = "occinet", _("Occinet (6 letters and 2 to 4 digits)")


class SecurityImage(TextChoices):
    """The drawings of `static/img/security/`; the value is the file's name."""

    BOAT = "barco", _("Boat")
    KITE = "cometa", _("Kite")
    LIGHTHOUSE = "faro", _("Lighthouse")
    MOUNTAIN = "montana", _("Mountain")
    TREE = "arbol", _("Tree")
    BICYCLE = "bicicleta", _("Bicycle")
    CUP = "taza", _("Cup")
    KEY = "llave", _("Key")
    CLOCK = "reloj", _("Clock")
    GUITAR = "guitarra", _("Guitar")
    TURTLE = "tortuga", _("Turtle")
    PARASOL = "sombrilla", _("Parasol")
