"""What an administrator sets for the whole company."""

from audit.authority import Authority
from directory.models import Company


def set_parameters(
    *, authority: Authority, company: Company, idle_minutes: int, password_days: int, dual_control: bool
) -> None:
    """While the bank requires dual control, the company's own wish stays what it was."""
    company.idle_minutes, company.password_days = idle_minutes, password_days
    if not company.dual_control_by_bank:
        company.dual_control = dual_control
    company.save(update_fields=["idle_minutes", "password_days", "dual_control"])
