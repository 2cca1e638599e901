"""The one way an administrator changes anything: propose, sign, apply (architecture.md, mechanism 3)."""

from changes.services.applying import Obstacle, apply_unsigned, authority_of, moved_meanwhile, obstacle_to, rehearsal
from changes.services.bank import approve_for_bank, ask_bank, reject_for_bank
from changes.services.drafts import begin_draft, discard_draft, discard_drafts_about, forget_drafts, keep_parts
from changes.services.ending import MOST_REASON, expire_forgotten, reject, withdraw
from changes.services.large import Prepared, apply_signed, packed_parts, propose_large, set_aside, tried
from changes.services.policy import approvers_for, check_bank_may_be_second, hindered_from, is_another_person
from changes.services.proposing import propose
from changes.services.signing import MOST_TOGETHER, approve_together, sign

__all__ = [
    "MOST_REASON",
    "MOST_TOGETHER",
    "Obstacle",
    "Prepared",
    "apply_signed",
    "apply_unsigned",
    "approve_for_bank",
    "approve_together",
    "approvers_for",
    "ask_bank",
    "authority_of",
    "begin_draft",
    "check_bank_may_be_second",
    "discard_draft",
    "discard_drafts_about",
    "expire_forgotten",
    "forget_drafts",
    "hindered_from",
    "is_another_person",
    "keep_parts",
    "moved_meanwhile",
    "obstacle_to",
    "packed_parts",
    "propose",
    "propose_large",
    "rehearsal",
    "reject",
    "reject_for_bank",
    "set_aside",
    "sign",
    "tried",
    "withdraw",
]
