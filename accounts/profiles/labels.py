from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import OperatingRole

LETS = {
    OperatingRole.OPERATOR: gettext_lazy("prepare operations, and approve none"),
    OperatingRole.SUPERVISOR: gettext_lazy("approve the operations of others, and prepare none"),
    OperatingRole.BOTH: gettext_lazy("prepare operations and approve those of others, never their own"),
}


def what_it_lets(name: str, role: OperatingRole) -> str:
    """What whoever has the profile may do (S3-025..027, decision 23), in a sentence."""
    return _("The profile %(name)s lets a user %(what)s.") % {"name": name, "what": LETS[role]}
