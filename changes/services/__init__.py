"""The one way an administrator changes anything: propose, sign, apply (architecture.md, mechanism 3)."""

from changes.services.applying import Obstacle, apply_unsigned, moved_meanwhile, obstacle_to, rehearsal
from changes.services.drafts import begin_draft, discard_draft, forget_drafts, keep_parts
from changes.services.ending import expire_forgotten, withdraw
from changes.services.proposing import propose
from changes.services.signing import sign

__all__ = [
    "Obstacle",
    "apply_unsigned",
    "begin_draft",
    "discard_draft",
    "expire_forgotten",
    "forget_drafts",
    "keep_parts",
    "moved_meanwhile",
    "obstacle_to",
    "propose",
    "rehearsal",
    "sign",
    "withdraw",
]
