"""The one way an administrator changes anything: propose, sign, apply (architecture.md, mechanism 3)."""

from changes.services.applying import Obstacle, apply_unsigned, moved_meanwhile, obstacle_to
from changes.services.ending import expire_forgotten, withdraw
from changes.services.proposing import propose
from changes.services.signing import sign

__all__ = [
    "Obstacle",
    "apply_unsigned",
    "expire_forgotten",
    "moved_meanwhile",
    "obstacle_to",
    "propose",
    "sign",
    "withdraw",
]
