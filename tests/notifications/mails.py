"""A mail with a secret, as the portal writes it into its outbox."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.db import connection
from django.utils import timezone

from notifications.models import Delivery
from notifications.services import deliver, enqueue
from tests.support.database import superuser_url

SECRET = "Zx7kq-Mn4pr-Tw9vb-Hc2fd"
VALUES = {
    "audience": "person",
    "brand": "OcciRed",
    "bank": "Banco Demostración",
    "reader": "David Felipe Prieto",
    "by": "Andrés Delgado Quintero",
    "portal_address": "localhost",
    "support": ["Bogotá: 000 00 00"],
}


def put_in_outbox(company_id: UUID, **changed: Any) -> Delivery:
    arguments: dict[str, Any] = {
        "kind": "generated_password",
        "recipient": "felipe@empresa.example",
        "company_id": company_id,
        "language": "es",
        "values": VALUES,
        "about_id": uuid4(),
        "secret": SECRET,
    }
    return enqueue(**{**arguments, **changed})


def make_due(delivery: Delivery) -> None:
    """Its wait is over, and so is the lease of a worker that died with it."""
    Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=timezone.now(), leased_until=None)


def deliver_and_leave(delivery: Delivery) -> None:
    """What a thread does that is a worker of its own."""
    deliver(delivery.id)
    connection.close()


def everything_in(table: str) -> str:
    """Each row of the table as PostgreSQL would print it, whatever the application may see."""
    with psycopg.connect(superuser_url()) as superuser:
        rows = superuser.execute(f"SELECT t::text FROM {table} t").fetchall()
    return "\n".join(row[0] for row in rows)


def everything_in_valkey(client: Any) -> str:
    """Every key and value, and what Celery encoded in them. Redis' own types do not tell that a client reads bytes."""
    texts = []
    for key in client.scan_iter():
        texts.append(key.decode())
        for value in _values(client, key):
            texts += [value.decode(errors="replace"), *_decoded(value)]
    return "\n".join(texts)


def _values(client: Any, key: bytes) -> list[bytes]:
    kind = client.type(key).decode()
    readers: dict[str, Callable[[], list[bytes]]] = {
        "string": lambda: [client.get(key)],
        "list": lambda: client.lrange(key, 0, -1),
        "set": lambda: list(client.smembers(key)),
        "hash": lambda: [part for pair in client.hgetall(key).items() for part in pair],
        "zset": lambda: client.zrange(key, 0, -1),
    }
    return readers[kind]()


def _decoded(value: bytes) -> Iterator[str]:
    try:
        message = json.loads(value)
    except ValueError:
        return
    for part in message if isinstance(message, list) else [message]:
        if isinstance(part, dict) and "body" in part:
            yield base64.b64decode(part["body"]).decode()
