"""What every page of a person has in common: its title, how far the person is set up, and fields that cut nothing."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from changes.models import Change
from directory.models import User
from tests.products.factories import assign, product
from tests.support.client import Client

pytestmark = pytest.mark.usefixtures("bank_scope")


def test_the_title_of_a_tab_names_the_tab_and_the_person(client: Client, felipe: User) -> None:
    titles = [
        re.findall(r"<title>(.*?)</title>", client.get(reverse(name, args=[felipe.pk])).content.decode())[0]
        for name in ("users:main", "limits:user", "schedules:edit-user")
    ]

    assert [title.split(" - ")[:2] for title in titles] == [
        ["Información Principal", "Felipe20"],
        ["Asignar Topes", "Felipe20"],
        ["Días y Horarios", "Felipe20"],
    ]


def test_the_tabs_say_how_many_of_them_are_complete(client: Client, felipe: User) -> None:
    def complete(page: Any) -> int:
        return int(re.findall(r"<span>(\d) de 7 completas</span>", page.content.decode())[0])

    url = reverse("users:main", args=[felipe.pk])
    before = complete(client.get(url))
    assign(felipe, product(felipe.company))

    assert complete(client.get(url)) == before + 1


def test_what_is_too_long_is_refused_beside_its_field_and_never_cut(client: Client, felipe: User) -> None:
    url = reverse("users:main", args=[felipe.pk])
    surname = "Prieto " * 6

    page = client.get(url).content.decode()
    answer = client.post(
        url,
        {
            "form_key": str(uuid4()),
            "first_names": "David",
            "first_surname": surname.strip(),
            "profile": str(felipe.profile_id),
        },
    )

    assert "maxlength" not in page.split("<main", 1)[1]
    assert list(answer.context["form"].errors) == ["first_surname"]
    assert f'value="{surname.strip()}"' in answer.content.decode()
    assert not Change.objects.exists()
