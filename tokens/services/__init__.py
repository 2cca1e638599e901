"""What changes a token: its life in the hands of the bank and of administrators, and its codes."""

from tokens.services.lifecycle import (
    activate,
    add_token,
    assign_to,
    block,
    hand_over,
    lift_lock,
    lift_requirement,
    mark_enrolled,
    release,
    report_lost,
    unblock,
)
from tokens.services.verification import Verified, verify

__all__ = [
    "Verified",
    "activate",
    "add_token",
    "assign_to",
    "block",
    "hand_over",
    "lift_lock",
    "lift_requirement",
    "mark_enrolled",
    "release",
    "report_lost",
    "unblock",
    "verify",
]
