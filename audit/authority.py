"""On whose word something is written, and what that word rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self
from uuid import UUID

from directory.models import User


class Source(StrEnum):
    CHANGE = "change"
    REHEARSAL = "rehearsal"
    BANK = "bank"
    COMMAND = "command"
    DEMO = "demo"


@dataclass(frozen=True, kw_only=True)
class Authority:
    """Proof that something may be written, for the services that ask for it: who answers, and the evidence.

    Made only by its constructors, which few call: tests/architecture/test_authority.py names every place. Whoever adds
    one there opens a door to what companies own.
    """

    actor: User | None
    source: Source
    evidence: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of_change(cls, maker: User, *, change_id: UUID, digest: str, signatures: Sequence[Mapping[str, str]]) -> Self:
        """A change signed by everybody who had to: its maker answers for it."""
        evidence = {"change": str(change_id), "digest": digest, "signatures": [dict(each) for each in signatures]}
        return cls(actor=maker, source=Source.CHANGE, evidence=MappingProxyType(evidence))

    @classmethod
    def of_rehearsal(cls, maker: User) -> Self:
        """A change that nobody has signed, tried in a transaction that is rolled back."""
        return cls(actor=maker, source=Source.REHEARSAL)

    @classmethod
    def of_bank(cls, actor: User) -> Self:
        """The bank's own, on the word of one of its staff in the back office."""
        return cls(actor=actor, source=Source.BANK)

    @classmethod
    def of_command(cls) -> Self:
        """Whoever can run a command on the machine, and so reach the database too."""
        return cls(actor=None, source=Source.COMMAND)

    @classmethod
    def of_demo(cls, actor: User | None) -> Self:
        """The demo's invented data; `actor` is who would have done it."""
        return cls(actor=actor, source=Source.DEMO)

    @property
    def actor_name(self) -> str:
        return self.actor.username if self.actor else ""

    @property
    def is_rehearsal(self) -> bool:
        """Whether everything written will be rolled back."""
        return self.source == Source.REHEARSAL

    @property
    def may_act_on_staff(self) -> bool:
        """Whether it also covers the bank's own people: of the bank's, only a superuser's does."""
        return self.source in {Source.COMMAND, Source.DEMO} or bool(self.actor and self.actor.is_superuser)

    def as_evidence(self) -> dict[str, Any]:
        """Where it comes from and its evidence, for the audit trail."""
        return {"source": str(self.source), **self.evidence}
