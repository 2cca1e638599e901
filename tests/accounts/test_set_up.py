"""One way, one signature (decision 32): a new user through all steps, several tabs at once, drafts and copies."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.users.rules import MOST_NAMES_TOLD
from accounts.users.selectors import names_told_to
from audit.enums import Event
from audit.models import AuditEvent
from changes.models import Change, Draft, Signature
from changes.services.drafts import DRAFT_DAYS, MAX_DRAFTS
from changes.tasks import forget_drafts
from directory.enums import CredentialState, UserState
from directory.models import Company, Service, User
from limits.labels import cell_name
from limits.models import UserLimit
from notifications.models import Delivery
from products.models import Product, ProductAssignment
from tests import factories
from tests.accounts import workbooks
from tests.accounts.confirming import BELIEVED
from tests.changes import naming
from tests.directory.test_people_rules import GOOD
from tests.limits import factories as rows
from tests.limits.factories import amounts
from tests.products.factories import new_product
from tests.support.client import Client

pytestmark = pytest.mark.usefixtures("bank_scope")
Clients = Callable[..., Client]


@pytest.fixture
def client(client_for: Clients, administrator: User) -> Client:
    return client_for(administrator)


@pytest.fixture
def service(administrator: User) -> Service:
    service = rows.service(name="Pagos - A Terceros")
    rows.ceiling(administrator.company, service)
    return service


@pytest.fixture
def product(administrator: User) -> Product:
    return rows.product(administrator.company)


def step(draft: Draft, key: str) -> str:
    return reverse("users:draft", args=[draft.pk, key])


def begun(client: Client, administrator: User, **values: str) -> Draft:
    profile = factories.profile(administrator.company)
    typed = {**GOOD, "profile": str(profile.pk), "form_key": str(uuid4()), **values}
    client.post(reverse("users:create"), typed)
    return Draft.objects.get(title=typed["username"])


def sent(client: Client, url: str, **changed: Any) -> Any:
    """The form of a page as it is shown, with some values changed."""
    form = client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    filled = {name: value for name, value in values.items() if value not in (None, False, [])}
    return client.post(url, filled | changed)


def signed(client: Client, response: Any) -> Any:
    with BELIEVED:
        return client.post(response["Location"], {"code": "123456"})


def cell(service: Service, product: Product, period: str) -> str:
    return cell_name(service.code, product.pk, period)


def filled_in(client: Client, draft: Draft, service: Service, product: Product) -> Any:
    """Every step after the first; the answer to the last, which leads to the signature."""
    sent(client, step(draft, "productos"), products=[str(product.pk)])
    wanted = dict(zip(("transaction", "day", "month"), ("1.00", "2.00", "3.00"), strict=True))
    sent(client, step(draft, "topes"), **{cell(service, product, period): value for period, value in wanted.items()})
    sent(client, step(draft, "horario"), monday_start="09:00", monday_end="17:00")
    return sent(client, step(draft, "contrasena"), activate="on")


def test_a_new_user_is_set_up_whole_by_one_signature(
    client: Client, administrator: User, service: Service, product: Product
) -> None:
    draft = begun(client, administrator)
    review = filled_in(client, draft, service, product)
    page = client.get(review["Location"]).text
    exists_before = User.objects.filter(username="Felipe20").exists()

    answer = signed(client, review)

    user = User.objects.get(username="Felipe20")
    assert not exists_before
    assert all(text in page for text in ("Revisar y confirmar", "Felipe20", "Pagos - A Terceros", GOOD["email"]))
    assert answer["Location"] == reverse("users:set-up-done", args=[user.pk])
    assert (user.pk, user.state, user.credential_state) == (draft.subject, UserState.ACTIVE, CredentialState.GENERATED)
    assert list(ProductAssignment.objects.filter(user=user).values_list("product", flat=True)) == [product.pk]
    assert UserLimit.objects.get(user=user).amounts == amounts(1, 2, 3)
    assert Delivery.objects.get().about_id == user.pk
    assert (Signature.objects.count(), Change.objects.count(), Draft.objects.count()) == (1, 1, 0)
    assert set(AuditEvent.objects.values_list("event", flat=True)) >= {
        "user.created",
        "products.assigned",
        "limits.changed",
        "schedule.changed",
        "password.generated",
    }


def test_the_steps_write_nothing_but_the_draft(
    client: Client, administrator: User, service: Service, product: Product
) -> None:
    draft = begun(client, administrator)
    for key in ("productos", "topes", "horario", "contrasena"):
        assert client.get(step(draft, key)).status_code == 200
    sent(client, step(draft, "productos"), products=[str(product.pk)])
    client.get(step(draft, "topes"))

    assert not User.objects.filter(username="Felipe20").exists()
    assert not ProductAssignment.objects.exists()
    assert not Delivery.objects.exists()
    assert not AuditEvent.objects.exists()
    assert [part["kind"] for part in Draft.objects.get().parts] == ["users.create", "products.assign"]


def test_a_step_shows_what_the_earlier_ones_give(
    client: Client, administrator: User, service: Service, product: Product
) -> None:
    draft = begun(client, administrator)
    before = client.get(step(draft, "topes")).text
    sent(client, step(draft, "productos"), products=[str(product.pk)])
    after = client.get(step(draft, "topes")).text

    assert (product.number in before, product.number in after) == (False, True)


def test_it_survives_a_sign_out_and_home_leads_back_to_the_next_step(
    client: Client, client_for: Clients, administrator: User, product: Product
) -> None:
    draft = begun(client, administrator)
    sent(client, step(draft, "productos"), products=[str(product.pk)])
    client.post(reverse("sign-out"))

    home = client_for(administrator).get(reverse("home")).text

    assert f'<a href="{step(draft, "topes")}">Felipe20</a>' in home


def test_going_back_to_the_empty_form_loses_nothing(client: Client, administrator: User, product: Product) -> None:
    draft = begun(client, administrator)
    sent(client, step(draft, "productos"), products=[str(product.pk)])
    page = client.get(reverse("users:create")).text
    username = GOOD["username"].upper()

    again = begun(client, administrator, username=username)

    assert f'<a href="{step(draft, "topes")}">Continuar con {GOOD["username"]}</a>' in page
    assert (again.pk, again.subject, len(again.parts), Draft.objects.count()) == (draft.pk, draft.subject, 2, 1)
    assert again.title == username


def test_nobody_else_sees_it(client: Client, client_for: Clients, administrator: User) -> None:
    draft = begun(client, administrator)
    neighbour = factories.administrator(factories.company(administrator.portal))

    for other in (factories.administrator(administrator.company), neighbour):
        theirs = client_for(other)
        assert theirs.get(step(draft, "productos")).status_code == 404
        assert theirs.post(reverse("users:draft-review", args=[draft.pk])).status_code == 404
        assert theirs.post(reverse("users:draft-skip", args=[draft.pk, "topes"])).status_code == 404
        theirs.post(reverse("users:draft-discard", args=[draft.pk]))
        assert "Sin terminar" not in theirs.get(reverse("home")).text
    assert Draft.objects.get() == draft


@pytest.mark.parametrize("key", ["nada", "principal"])
def test_a_step_that_is_none_does_not_exist(client: Client, administrator: User, key: str) -> None:
    draft = begun(client, administrator)

    assert client.get(step(draft, key)).status_code == 404
    assert client.post(reverse("users:draft-skip", args=[draft.pk, key])).status_code == 404
    assert client.post(reverse("users:draft-skip", args=[draft.pk, "datos"])).status_code == 404


def test_what_no_longer_holds_leads_to_its_step_with_the_reason(
    client: Client, administrator: User, service: Service, product: Product
) -> None:
    draft = begun(client, administrator)
    filled_in(client, draft, service, product)
    Product.objects.filter(pk=product.pk).update(enabled_at=None, enabled_by_name="")

    answer = client.post(reverse("users:draft-review", args=[draft.pk]))
    page = client.get(answer["Location"]).text

    assert answer["Location"] == step(draft, "productos")
    assert "Uno de los productos no existe." in page


def test_a_name_taken_meanwhile_leads_back_to_the_first_step(client: Client, administrator: User) -> None:
    draft = begun(client, administrator)
    factories.user(factories.company(administrator.portal), username="Felipe20")

    assert client.get(step(draft, "productos"))["Location"] == step(draft, "datos")
    assert "Este usuario ya existe" in client.get(step(draft, "datos")).text


def test_names_of_other_companies_are_told_only_so_often(client: Client, administrator: User) -> None:
    factories.user(factories.company(administrator.portal), username="ana.daza")
    workbooks.upload(administrator, names_told=MOST_NAMES_TOLD - 1)
    typed = {**GOOD, "profile": str(factories.profile(administrator.company).pk), "form_key": str(uuid4())}

    def answer(username: str) -> Any:
        return client.post(reverse("users:create"), {**typed, "username": username})

    told, free, own = (answer(name) for name in ("ana.daza", "libre.hoy", f"{administrator.company.code}.1"))

    assert told.context["form"].has_error("username", "taken")
    assert free.context["form"].has_error("username", "names")
    assert own.status_code == 302
    assert AuditEvent.objects.get(event=Event.USER_NAME_TAKEN).target_name == "ana.daza"


def test_the_name_of_a_colleague_does_not_count(client: Client, administrator: User) -> None:
    typed = {**GOOD, "profile": str(factories.profile(administrator.company).pk), "form_key": str(uuid4())}

    client.post(reverse("users:create"), {**typed, "username": administrator.username})

    assert names_told_to(administrator) == 0


def test_a_step_can_be_left_out_again(client: Client, administrator: User, product: Product) -> None:
    draft = begun(client, administrator)
    sent(client, step(draft, "productos"), products=[str(product.pk)])

    answer = client.post(reverse("users:draft-skip", args=[draft.pk, "productos"]))

    draft.refresh_from_db()
    assert answer["Location"] == step(draft, "topes")
    assert [part["kind"] for part in draft.parts] == ["users.create"]


def test_an_error_stays_beside_its_field_and_keeps_what_was_there(
    client: Client, administrator: User, service: Service, product: Product
) -> None:
    draft = begun(client, administrator)
    sent(client, step(draft, "productos"), products=[str(product.pk)])

    page = sent(client, step(draft, "topes"), **{cell(service, product, "transaction"): "9.00"})

    assert page.status_code == 200
    assert page.context["form"].errors
    assert [part["kind"] for part in Draft.objects.get().parts] == ["users.create", "products.assign"]


def test_a_product_is_enabled_for_the_company_on_the_way(client: Client, administrator: User) -> None:
    closed = new_product(administrator.company)
    draft = begun(client, administrator)
    sent(client, step(draft, "productos"), products=[str(closed.pk)])

    signed(client, client.post(reverse("users:draft-review", args=[draft.pk])))

    closed.refresh_from_db()
    assert (closed.is_enabled, ProductAssignment.objects.get().product) == (True, closed)


def test_a_step_can_lead_straight_to_the_signature(client: Client, administrator: User, product: Product) -> None:
    draft = begun(client, administrator)

    answer = sent(client, step(draft, "productos"), products=[str(product.pk)], then="review")

    change = Change.objects.get()
    assert answer["Location"] == reverse("changes:confirm", args=[change.pk])
    assert [part["kind"] for part in change.params["changes"]] == ["users.create", "products.assign"]


def test_a_copy_takes_products_limits_hours_and_profile(
    client: Client, administrator: User, service: Service, product: Product
) -> None:
    felipe = factories.user(administrator.company, username="Felipe20", city="Cali")
    rows.limit(felipe, service, rows.assigned(felipe), amounts(1, 2, 3))
    held = ProductAssignment.objects.get().product

    answer = client.post(reverse("users:copy", args=[felipe.pk]))
    form = client.get(answer["Location"]).context["form"]
    offered = {name: form[name].value() for name in ("city", "profile", "username", "email")}
    typed = {**GOOD, "username": "Laura01", "id_number": "80111222", "form_key": str(uuid4())}
    client.post(answer["Location"], typed | {"profile": str(felipe.profile_id)})
    signed(client, client.post(reverse("users:draft-review", args=[Draft.objects.get().pk])))

    laura = User.objects.get(username="Laura01")
    assert offered == {"city": "Cali", "profile": felipe.profile_id, "username": None, "email": None}
    assert laura.profile_id == felipe.profile_id
    assert list(ProductAssignment.objects.filter(user=laura).values_list("product", flat=True)) == [held.pk]
    assert UserLimit.objects.get(user=laura).amounts == amounts(1, 2, 3)


def test_nobody_of_another_company_is_copied(client: Client) -> None:
    stranger = factories.user(factories.company())

    assert client.post(reverse("users:copy", args=[stranger.pk])).status_code == 404
    assert client.post(reverse("users:several", args=[stranger.pk])).status_code == 404


def test_several_tabs_of_a_user_are_signed_once(client: Client, administrator: User, product: Product) -> None:
    felipe = factories.user(administrator.company, username="Felipe20")
    answer = client.post(reverse("users:several", args=[felipe.pk]))
    draft = Draft.objects.get()
    sent(client, step(draft, "principal"), first_names="Felipe Andrés")
    sent(client, step(draft, "productos"), products=[str(product.pk)])
    review = client.post(reverse("users:draft-review", args=[draft.pk]))

    signed(client, review)

    felipe.refresh_from_db()
    assert answer["Location"] == step(draft, "principal")
    assert felipe.first_names == "Felipe Andrés"
    assert ProductAssignment.objects.get().user == felipe
    assert Signature.objects.count() == 1


def test_nothing_changed_is_said_and_proposes_nothing(client: Client, administrator: User) -> None:
    felipe = factories.user(administrator.company)
    client.post(reverse("users:several", args=[felipe.pk]))
    draft = Draft.objects.get()
    sent(client, step(draft, "principal"))

    answer = client.post(reverse("users:draft-review", args=[draft.pk]), follow=True)

    assert "Todavía no hay nada que cambiar." in answer.text
    assert not Change.objects.exists()


def test_giving_the_change_up_leaves_the_draft(client: Client, administrator: User) -> None:
    draft = begun(client, administrator)
    review = client.post(reverse("users:draft-review", args=[draft.pk]))
    change = Change.objects.get()

    back = client.post(reverse("changes:withdraw", args=[change.pk]), {"then": "correct"})
    form = client.get(back["Location"]).context["form"]
    again = client.post(reverse("users:draft-review", args=[draft.pk]))

    assert review["Location"] != again["Location"]
    assert form["username"].value() == "Felipe20"
    assert Draft.objects.get() == draft


def test_a_second_tab_that_signs_what_is_done_repeats_nothing(client: Client, administrator: User) -> None:
    draft = begun(client, administrator)
    reviews = [client.post(reverse("users:draft-review", args=[draft.pk])) for _ in range(2)]

    signed(client, reviews[1])
    signed(client, reviews[0])

    assert User.objects.filter(username="Felipe20").count() == 1
    assert client.get(step(draft, "productos")).status_code == 404


def test_old_ones_are_forgotten_and_nobody_piles_them_up(client: Client, administrator: User) -> None:
    draft = begun(client, administrator)
    Draft.objects.update(updated_at=timezone.now() - timedelta(days=DRAFT_DAYS, minutes=1))
    fresh = Draft.objects.create(company_id=administrator.company_id, maker=administrator, title="Otro")

    forget_drafts()

    assert list(Draft.objects.all()) == [fresh]
    assert draft.pk != fresh.pk
    for _ in range(MAX_DRAFTS - 1):
        Draft.objects.create(company_id=administrator.company_id, maker=administrator)
    client.post(reverse("users:several", args=[factories.user(administrator.company).pk]))
    assert Draft.objects.count() == MAX_DRAFTS


def test_no_draft_holds_a_secret(client: Client, administrator: User, service: Service, product: Product) -> None:
    draft = begun(client, administrator)
    filled_in(client, draft, service, product)

    draft.refresh_from_db()
    assert [part["kind"] for part in draft.parts][-1] == "passwords.generate"
    assert set(draft.parts[-1]["values"]) == {"user", "activate", "reason"}


def test_what_today_does_not_know_is_asked_again(client: Client, administrator: User) -> None:
    draft = begun(client, administrator)
    Draft.objects.update(parts=[{"kind": "gone", "values": {}}])

    assert client.get(step(draft, "productos"))["Location"] == step(draft, "datos")
    assert client.get(step(draft, "datos")).status_code == 200


def test_hours_are_kept_as_typed(client: Client, administrator: User) -> None:
    draft = begun(client, administrator)
    sent(client, step(draft, "horario"), monday_start="09:00", monday_end="17:00")

    form = client.get(step(draft, "horario")).context["form"]

    assert form["monday_start"].value() == time(9)


def test_what_waits_for_a_second_person_is_no_longer_unfinished(client: Client, administrator: User) -> None:
    naming.administrator(administrator.company)
    Company.objects.update(dual_control=True)
    draft = begun(client, administrator)
    review = client.post(reverse("users:draft-review", args=[draft.pk]))
    before = client.get(reverse("home")).text

    signed(client, review)
    after = client.get(reverse("home")).text

    assert ("Sin terminar" in before, "Sin terminar" in after) == (True, False)
    assert (Draft.objects.count(), Change.objects.get().state) == (1, "proposed")
