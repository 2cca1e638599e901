from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DeliveryState(TextChoices):
    """A mail is waiting (also between attempts), accepted by the mail server, given up, or replaced."""

    PENDING = "pending", _("Pending")
    SENT = "sent", _("Delivered to the mail server")
    FAILED = "failed", _("Not delivered")
    CANCELLED = "cancelled", _("Replaced by a later one")


TONE_OF_STATE = {DeliveryState.PENDING: "warn", DeliveryState.SENT: "good", DeliveryState.FAILED: "bad"}


class MessageKind(TextChoices):
    MESSAGE = "message", _("Message")
    NOTIFICATION = "notification", _("Notification")


class Channel(TextChoices):
    """Where people are told: in the portal's inbox, or by e-mail."""

    INBOX = "inbox", _("In the portal")
    MAIL = "mail", _("By e-mail")


class Topic(TextChoices):
    """What a notification is about; an inbox is filtered by it."""

    ACCESS = "access", _("Sign-in and password")
    TOKEN = "token", _("Token")
    RIGHTS = "rights", _("What the user may do")
    CHANGES = "changes", _("Changes in the company")
    FILES = "files", _("Exported files")


class Notice(TextChoices):
    """What people are told of (`notifications.kinds` says whom, how and in which words)."""

    PASSWORD_GENERATED = "generated_password", _("Generated password on its way")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    IMAGE_CHANGED = "image_changed", _("Security image changed")
    EMAIL_CHANGED = "email_changed", _("E-mail address changed")
    USER_LOCKED = "user_locked", _("User locked after failed attempts")
    USER_UNLOCKED = "user_unlocked", _("User unlocked")
    USER_ACTIVATED = "user_activated", _("User activated")
    USER_DEACTIVATED = "user_deactivated", _("User deactivated")
    NEW_ADDRESS = "new_address", _("Sign-in from a new network address")
    SIGN_IN_REFUSED = "sign_in_refused", _("Refused sign-in attempts")
    ADMINISTRATOR_OPENED = "administrator_opened", _("New administrator")
    APPROVAL_ENDED = "approval_ended", _("Change to approve that ended")
    BANK_ASKED = "bank_asked", _("Bank asked to approve a change")
    CHANGE_APPROVED_BY_BANK = "bank_approved", _("Change approved by the bank")
    CHANGE_REJECTED_BY_BANK = "bank_rejected", _("Change rejected by the bank")
    TOKEN_ADDED = "token_added", _("Token added by the bank")
    TOKEN_ASSIGNED = "token_assigned", _("Token assigned")
    TOKEN_PENDING = "token_pending", _("Token pending activation")
    TOKEN_ACTIVATED = "token_activated", _("Token activated")
    TOKEN_BLOCKED = "token_blocked", _("Token blocked")
    TOKEN_UNBLOCKED = "token_unblocked", _("Token unblocked")
    TOKEN_RELEASED = "token_released", _("Token unassigned")
    TOKEN_LOST = "token_lost", _("Token reported lost")
    TOKEN_REPLACED = "token_replaced", _("Token disabled by another")
    TOKEN_LOCKED = "token_locked", _("Token locked after wrong codes")
    TOKEN_LOCK_LIFTED = "token_lock_lifted", _("Token lock lifted")
    TOKEN_NOT_REQUIRED = "token_not_required", _("Sign-in without token allowed again")
    PROFILE_CHANGED = "profile_changed", _("Profile changed")
    PRODUCTS_CHANGED = "products_changed", _("Products changed")
    LIMITS_CHANGED = "limits_changed", _("Limits changed")
    HOURS_CHANGED = "hours_changed", _("Days and hours changed")
