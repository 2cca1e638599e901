"""The settings for tools that look at the models without running anything: mypy, makemigrations."""

import os

_NOBODY = "postgresql://nobody@127.0.0.1:1/nothing"
for _name, _value in {
    "OCCIRED_DEMO": "1",
    "OCCIRED_HTTPS": "0",
    "OCCIRED_SECRET_KEY": "for tools that open no connection and sign nothing at all",
    "OCCIRED_SEALING_KEYS": "tools:" + "A" * 43 + "=",
    "OCCIRED_DATABASE_URL": _NOBODY,
    "OCCIRED_DATABASE_OWNER_URL": _NOBODY,
    "OCCIRED_BROKER_URL": "redis://127.0.0.1:1/0",
    "OCCIRED_HOSTS": "localhost",
    "OCCIRED_STAFF_HOST": "banco.localhost",
    "OCCIRED_SMTP_HOST": "127.0.0.1",
    "OCCIRED_MAIL_FROM": "tools@localhost",
}.items():
    os.environ.setdefault(_name, _value)

from occired.settings import *  # noqa: E402, F403
