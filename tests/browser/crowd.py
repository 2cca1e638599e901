"""A large company: thousands of people beside those of the demo, each with a product and limits in it."""

from collections.abc import Mapping
from uuid import UUID

from django.db import connection
from django.db.models import Model

from directory.enums import UserState
from directory.models import Company, Profile, User
from limits.models import UserLimit
from limits.selectors import monetary_services
from products.models import ProductAssignment
from tests import factories
from tests.limits import factories as rows
from tests.limits.factories import amounts

STATES = (UserState.ACTIVE, UserState.ACTIVE, UserState.ACTIVE, UserState.INACTIVE)
NAMES = {
    "id": "gen_random_uuid()",
    "username": "'persona' || number",
    "sign_in_key": "'occired:persona' || number",
    "first_names": "(ARRAY['Ana María', 'Luis Alberto', 'Paula', 'Jorge Iván', 'Sandra'])[mod(number, 5) + 1]",
    "first_surname": "(ARRAY['Acosta', 'Bermúdez', 'Cárdenas', 'Díaz', 'Echeverri', 'Forero'])[mod(number, 6) + 1]",
    "second_surname": "'Ruiz'",
    "id_number": "'9' || number",
    "email": "'persona' || number || '@andina.example'",
}
OF_ANOTHER = {"id": "gen_random_uuid()", "user_id": "person.id"}


def crowd(company: Company, number: int) -> None:
    """`persona1001` and on; every fourth is inactive, nobody has a token. Call it inside the bank's scope.

    The first of each state is made by the factories, the others are copied from them by the database: what they have
    is the same, and so is what is decided about them.
    """
    profile = Profile.objects.get(company=company, name="Tesorería")
    service = monetary_services(company.portal.edition_code)[0]
    product = rows.product(company, alias="CAHOZona", number="700000001")
    first = [
        factories.user(company, username=f"modelo{each}", profile=profile, state=state)
        for each, state in enumerate(STATES)
    ]
    for person in first:
        ProductAssignment.objects.create(company=company, user=person, product=product)
        rows.limit(person, service, product, amounts(1_000, 2_000, 30_000))
    numbers = f"generate_series(1001, {1000 + number - len(first)}) AS number"
    of_number = f"model.username = 'modelo' || mod(number, {len(first)})"
    _copy(User, NAMES, f"{numbers} WHERE {of_number}")
    people = "directory_user AS person WHERE person.username ~ '^persona' AND model.user_id = %s"
    for model in (ProductAssignment, UserLimit):
        _copy(model, OF_ANOTHER, people, first[0].pk)


def _copy(model: type[Model], changed: Mapping[str, str], times: str, *values: UUID) -> None:
    """Rows like those there are, but for what is `changed`, as SQL."""
    columns = [str(field.column) for field in model._meta.concrete_fields if not field.generated]
    wanted = ", ".join(changed.get(column, f"model.{column}") for column in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {wanted} FROM {table} AS model, {times}", values
        )
