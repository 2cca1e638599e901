"""Typed readers of the process environment. Each fails at startup, naming the variable and what is wrong with it."""

import base64
import binascii
import ipaddress
import os
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SEALING_KEY_BYTES = 32


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None or value == "":
        if default == "":
            return ""
        raise ImproperlyConfigured(f"{name} is missing from the environment.")
    return value


def flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, "1" if default else "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def names(name: str, default: str | None = None) -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def choice(name: str, allowed: set[str], default: str) -> str:
    value = os.environ.get(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(allowed))}, not {value!r}.")
    return value


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    try:
        return [ipaddress.ip_network(part) for part in names(name, "")]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}") from error


def database(name: str, default: str | None = None) -> dict[str, object]:
    """A PostgreSQL address `postgresql://user:password@host:port/name` as Django's dictionary."""
    parts = urlsplit(text(name, default))
    if parts.scheme != "postgresql" or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like postgresql://user:password@host:port/name.")
    query = parse_qs(parts.query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or ""),
    }


def sealing_keys(name: str) -> list[tuple[str, bytes]]:
    """Keys `id:base64` separated by commas, the current one first; each 32 bytes (AES-256)."""
    keys = []
    for part in names(name):
        key_id, _, encoded = part.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise ImproperlyConfigured(f"{name}: key {key_id!r} is not base64.") from error
        if not key_id or len(key) != SEALING_KEY_BYTES:
            raise ImproperlyConfigured(f"{name}: every key needs an id and {SEALING_KEY_BYTES} bytes.")
        keys.append((key_id, key))
    if len({key_id for key_id, _ in keys}) != len(keys):
        raise ImproperlyConfigured(f"{name}: two keys have the same id.")
    return keys
