from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Event(TextChoices):
    """Everything the trail can hold, one name each."""

    SIGN_IN = "sign_in", _("Sign-in")
    SIGN_IN_REFUSED = "sign_in.refused", _("Sign-in refused")
    SIGN_OUT = "sign_out", _("Sign-out")
    SESSION_ENDED = "session.ended", _("Session ended")
    USER_LOCKED = "user.locked", _("User locked")
    TOKEN_LOCKED = "token.locked", _("Token locked")
    OWN_PASSWORD_CHANGED = "password.own", _("Own password changed")
    OWN_IMAGE_CHANGED = "image.own", _("Own security image changed")
    ACCESS_REFUSED = "access.refused", _("Access denied")
    CHANGE_PROPOSED = "change.proposed", _("Change proposed")
    CHANGE_SIGNED = "change.signed", _("Change signed, waiting for approval")
    CHANGE_NOT_SIGNED = "change.not_signed", _("Wrong code for a change")
    CHANGE_WITHDRAWN = "change.withdrawn", _("Change withdrawn")
    CHANGE_REJECTED = "change.rejected", _("Change rejected by the second person")
    CHANGE_REFUSED = "change.refused", _("Change refused")
    CHANGE_STALE = "change.stale", _("Change out of date")
    CHANGE_EXPIRED = "change.expired", _("Change expired")
    USER_CREATED = "user.created", _("User created")
    USER_CHANGED = "user.changed", _("User information changed")
    USER_STATE_CHANGED = "user.state", _("User activated or deactivated")
    USER_UNLOCKED = "user.unlocked", _("User unlocked")
    USER_DELETED = "user.deleted", _("User deleted before first use")
    ALERTS_CHANGED = "user.alerts", _("Alerts changed")
    OWN_ALERTS_CHANGED = "alerts.own", _("Own alerts and language changed")
    PASSWORD_ORDERED = "password.ordered", _("Password ordered")
    PASSWORD_GENERATED = "password.generated", _("Password generated")
    PROFILE_SAVED = "profile.saved", _("Profile saved")
    PROFILE_TEMPLATE_SAVED = "profile.template_saved", _("Template of a profile saved")
    PROFILE_RETIRED = "profile.retired", _("Profile retired")
    PROFILE_RESTORED = "profile.restored", _("Profile in use again")
    COMPANY_PARAMETERS_CHANGED = "company.parameters", _("Security parameters changed")
    ADDRESSES_CHANGED = "company.addresses", _("Allowed addresses changed")
    PRODUCTS_ENABLED = "products.enabled", _("Company products enabled")
    PRODUCTS_ASSIGNED = "products.assigned", _("Products assigned")
    LIMITS_CHANGED = "limits.changed", _("Limits changed")
    CEILINGS_CHANGED = "ceilings.changed", _("Service ceilings changed")
    SCHEDULE_CHANGED = "schedule.changed", _("Days and hours changed")
    COMPANY_CREATED = "company.created", _("Company created")
    COMPANY_CHANGED = "company.changed", _("Company changed")
    PRODUCT_SAVED = "product.saved", _("Product saved by the bank")
    TOKEN_IMPORTED = "token.imported", _("Token added by the bank")
    TOKEN_ASSIGNED = "token.assigned", _("Token assigned")
    TOKEN_ACTIVATED = "token.activated", _("Token activated")
    TOKEN_UNLOCKED = "token.unlocked", _("Token lock lifted")
    TOKEN_BLOCKED = "token.blocked", _("Token blocked")
    TOKEN_RELEASED = "token.released", _("Token unassigned")
    TOKEN_REQUIREMENT_LIFTED = "token.not_required", _("Sign-in without token allowed again")
    LIST_EXPORTED = "list.exported", _("List exported")
    EXPORT_DOWNLOADED = "export.downloaded", _("Exported file downloaded")
    WORKBOOK_TAKEN = "workbook.taken", _("Workbook of users downloaded")
    WORKBOOK_SENT = "workbook.sent", _("Workbook of users uploaded")
    READINESS_MENDED = "readiness.mended", _("Readiness corrected")
    BACK_OFFICE = "back_office", _("Back office record changed")


class Outcome(TextChoices):
    OK = "ok", _("Done")
    REFUSED = "refused", _("Refused")


# What happens at the sign-in and ends what began there.
DOOR = (Event.SIGN_IN, Event.SIGN_IN_REFUSED, Event.SIGN_OUT, Event.SESSION_ENDED, Event.USER_LOCKED)
