"""One door for writes: who makes an authority, and that every service that writes for others asks for one."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import found_in, nodes, parsed, python_files

MAKERS = {
    "changes/services/applying.py": {"of_change", "of_rehearsal"},
    "changes/services/large.py": {"of_rehearsal"},
    "audit/admin/base.py": {"of_bank"},
    "occired/management/commands/add_bank_staff.py": {"of_command"},
    "demo/builders.py": {"of_demo"},
}
# Services that write without one, with what they write for whom instead.
OWN_DOORS = {
    "accounts/alerts/services.py": "the person's own language and alerts",
    "accounts/bulk/services.py": "workbooks people send, before anything of them happens",
    "accounts/passwords/services.py": "the person's own password and image",
    "accounts/sessions/services.py": "sessions that open and end",
    "accounts/sign_in/services.py": "attempts to sign in, before anybody is inside",
    "audit/services.py": "the trail itself",
    "changes/services/applying.py": "changes that everybody signed: the pipeline, which makes the authority",
    "changes/services/bank.py": "what a company asks the bank for, before it happens",
    "changes/services/drafts.py": "what people are still putting together",
    "changes/services/ending.py": "changes that end unapplied",
    "changes/services/large.py": "the same for changes of very many parts",
    "changes/services/keeping.py": "what people want, before it happens",
    "changes/services/signing.py": "what people sign for themselves",
    "exports/services.py": "files people make of what they see",
    "notifications/services/alerts.py": "which alerts a person wants",
    "notifications/services/inbox.py": "the inbox",
    "notifications/services/outbox.py": "the outbox",
    "rights/services.py": "what follows from what others wrote",
    "tokens/services/resealing.py": "the same secrets under another key",
    "tokens/services/verification.py": "one-time codes used up",
}
WRITES = {
    "save",
    "create",
    "bulk_create",
    "insert",
    "update",
    "bulk_update",
    "update_or_create",
    "get_or_create",
    "delete",
    "execute",
}


def service_files() -> list[Path]:
    names = {"services.py", "generation.py"}
    return [path for path in python_files() if path.name in names or path.parent.name == "services"]


def made_in(source: str) -> set[str]:
    """The constructors of Authority that a file calls; `Authority` where it calls the class itself."""
    made = set()
    for node in nodes(source):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Authority":
            made.add("Authority")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Authority":
            made.add(node.attr)
    return made


def open_doors(source: str) -> list[str]:
    """Public functions that write rows, by themselves or through functions of the same file, and ask for nothing."""
    functions = {node.name: node for node in parsed(source).body if isinstance(node, ast.FunctionDef)}
    writing = {name for name, node in functions.items() if _writes(node)}
    while more := {name for name, node in functions.items() if _called(node) & writing} - writing:
        writing |= more
    return [name for name in functions if name in writing and name[0] != "_" and not _asks(functions[name])]


def _writes(function: ast.FunctionDef) -> bool:
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(isinstance(call.func, ast.Attribute) and call.func.attr in WRITES for call in calls)


def _called(function: ast.FunctionDef) -> set[str]:
    return {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}


def _asks(function: ast.FunctionDef) -> bool:
    arguments = [*function.args.args, *function.args.kwonlyargs]
    return any(
        argument.arg == "authority" and ast.unparse(argument.annotation or ast.Constant(None)) == "Authority"
        for argument in arguments
    )


def test_only_these_make_an_authority() -> None:
    assert found_in(python_files(), made_in) == MAKERS


def test_every_service_that_writes_for_others_asks_for_one() -> None:
    """Neither is there a door of its own that has none, nor one that is not written down."""
    assert set(found_in(service_files(), open_doors)) == set(OWN_DOORS)
    assert len(service_files()) > 10


class TestTheChecksThemselves:
    @pytest.mark.parametrize(
        ("source", "made"),
        [
            ("Authority.of_bank(user)", {"of_bank"}),
            ("Authority(actor=None, source=x)", {"Authority"}),
            ("make = Authority.of_change", {"of_change"}),
            ("def service(*, authority: Authority) -> None: ...", set()),
        ],
    )
    def test_what_makes_one_is_found(self, source: str, made: set[str]) -> None:
        assert made_in(source) == made

    @pytest.mark.parametrize(
        ("source", "found"),
        [
            ("def change(*, actor):\n    actor.save()", ["change"]),
            ("def change(*, authority: Authority):\n    row.save()", []),
            ("def change(*, authority: str):\n    row.save()", ["change"]),
            ("def change():\n    _save()\n\ndef _save():\n    Row.objects.create()", ["change"]),
            ("def read():\n    return Row.objects.get()", []),
        ],
    )
    def test_an_open_door_is_found(self, source: str, found: list[str]) -> None:
        assert open_doors(source) == found
