"""Who can sign in to the demo, as the README says. Worthless anywhere else: `load_demo` needs the demo flag."""

import base64
from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    username: str
    password: str
    secret_base32: str
    serial: str

    @property
    def secret(self) -> bytes:
        return base64.b32decode(self.secret_base32)


ADELGADO = Account("adelgado", "Demo-OcciRed-2026", "OCCIREDDEMOADELGADOAAAAAAAAAAAAA", "FEF4900031")
MGUERRERO = Account("mguerrero", "Demo-OcciRed-2027", "OCCIREDDEMOMGUERREROAAAAAAAAAAAA", "FEF4900029")
CMORA = Account("cmora", "Demo-OcciRed-2028", "OCCIREDDEMOCMORAAAAAAAAAAAAAAAAA", "FEF5100001")
BANCO = Account("banco", "Demo-OcciRed-2029", "OCCIREDDEMOBANCOAAAAAAAAAAAAAAAA", "FEF0000001")
# The bank's other person: who opened an administrator neither gives them a token nor approves their changes.
BANCO_DOS = Account("banco2", "Demo-OcciRed-2030", "OCCIREDDEMOBANCODOSAAAAAAAAAAAAA", "FEF0000002")
