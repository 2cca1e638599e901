"""What the bank may write about companies and do to people. Pure: values in, values or ValidationError out."""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from directory.enums import CompanyState, Role

COMPANY_CODE = re.compile(r"[A-Z0-9]{3,20}")
COMPANY_TRANSITIONS: Mapping[str, str] = {
    CompanyState.ACTIVE: CompanyState.SUSPENDED,
    CompanyState.SUSPENDED: CompanyState.ACTIVE,
}


def check_time_zone(name: str) -> None:
    """A zone of the IANA database; with any other name no page of the portal could show a time."""
    if name not in available_timezones():
        raise ValidationError(_("There is no such time zone. Enter one like America/Bogota."), code="time_zone")


def check_link(url: str) -> None:
    """A page of the bank, by https: it is clicked where passwords are typed."""
    URLValidator(schemes=["https"], message=_("Enter a full address that starts with https://."), code="link")(url)


def cleaned_company_code(text: str) -> str:
    """Only capitals and digits: it may become part of what people type to sign in (S3-005)."""
    code = text.strip().upper()
    if not COMPANY_CODE.fullmatch(code):
        raise ValidationError(_("3 to 20 unaccented letters and digits, such as ANDINA."), code="company_code")
    return code


def check_conditions(*, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """People accept a version of the conditions: a new text needs a new version (security.md, 21)."""
    same_version = before["conditions_version"] == after["conditions_version"]
    if before["conditions"] != after["conditions"] and same_version:
        raise ValidationError(
            {"conditions_version": ValidationError(_("The text has changed: give it a new version."), "version")}
        )


def check_company_may_become(state: str, new_state: str) -> None:
    if COMPANY_TRANSITIONS[state] != new_state:
        raise ValidationError(_("The company already has that status."), code="transition")


def check_is_run_by_the_bank(role: str) -> None:
    """A company's secondary users are run by its administrators, never by the bank (architecture.md)."""
    if role == Role.SECONDARY:
        raise ValidationError(_("The company's administrators do this for its secondary users."), code="secondary")


def check_may_act_on(*, role: str, is_superuser: bool, actor_is_superuser: bool) -> None:
    """Anyone short of full permissions must not gain them through a password or token of the bank's own staff."""
    if (is_superuser or role == Role.BANK) and not actor_is_superuser:
        raise ValidationError(_("Only someone with full permissions can manage the bank's own staff."), code="staff")
