from django.utils import timezone

from changes import methods
from changes.rules.signing import Person, some_two_persons
from directory.models import Company
from rights.selectors.administrators import unbarred_administrators


def can_be_run_by_two(company: Company) -> bool:
    """Whether one administrator could approve today what another one requests: two persons who can sign in and have the
    means to confirm."""
    administrators = unbarred_administrators(company, timezone.now())
    return some_two_persons([Person(each.pk, each.id_number) for each in administrators if methods.available_to(each)])
