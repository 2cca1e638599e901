from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from demo import accounts
from demo.andina import make_andina
from demo.builders import keep_portal, make_services, make_staff
from demo.pacifico import make_pacifico
from demo.portal import CODE, the_portal
from directory.models import Portal, User
from tenancy import context


def load() -> bool:
    """Loads the demo, all of it or nothing; False if it is already there.

    Raises ImproperlyConfigured where the demo flag is off: its passwords and secrets are public.
    """
    if not settings.DEMO:
        raise ImproperlyConfigured("The demo is loaded only where OCCIRED_DEMO=1.")
    with context.bank(), transaction.atomic():
        if Portal.objects.filter(code=CODE).exists():
            return False
        portal = keep_portal(the_portal())
        staff = _make_staff(accounts.BANCO, "Beatriz", "Ancízar")
        _make_staff(accounts.BANCO_DOS, "Ramiro", "Cifuentes")
        services = make_services()
        make_andina(actor=staff, portal=portal, services=services)
        make_pacifico(actor=staff, portal=portal, services=services)
    return True


def _make_staff(account: accounts.Account, first_names: str, first_surname: str) -> User:
    values = {
        "username": account.username,
        "first_names": first_names,
        "first_surname": first_surname,
        "email": f"{account.username}@banco-demostracion.example",
    }
    return make_staff(values, account=account, image="llave")
