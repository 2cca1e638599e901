"""What an administrator sets for the whole company."""

from audit.authority import Authority
from directory.models import Company


def set_parameters(*, authority: Authority, company: Company, idle_minutes: int, password_days: int) -> None:
    company.idle_minutes, company.password_days = idle_minutes, password_days
    company.save(update_fields=["idle_minutes", "password_days"])
