"""What `make faults` plants is in the code, and the tests that must notice exist: a list that rots proves nothing."""

import ast
from collections.abc import Iterator
from functools import cache

import pytest

from tests.support.faults import ROOT, Fault, failures, listed

FAULTS = listed()
each = pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])


@cache
def found_in(path: str) -> set[str]:
    return {f"{path}::{name}" for name in names(ast.parse((ROOT / path).read_text()))}


def names(tree: ast.Module | ast.ClassDef) -> Iterator[str]:
    """The functions of a module by name, and those of its classes by both names."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from (f"{node.name}::{name}" for name in names(node))
        elif isinstance(node, ast.FunctionDef):
            yield node.name


@each
def test_what_a_fault_replaces_stands_once_in_its_file(fault: Fault) -> None:
    source = (ROOT / fault.file).read_text()

    assert source.count(fault.text) == 1
    assert ast.parse(source.replace(fault.text, fault.replacement))


@each
def test_the_tests_that_must_fail_exist(fault: Fault) -> None:
    assert [test for test in fault.tests if test not in found_in(test.partition("::")[0])] == []
    assert fault.tests


def test_no_fault_is_listed_twice() -> None:
    planted = {(fault.file, fault.text, fault.replacement) for fault in FAULTS}

    assert len({fault.name for fault in FAULTS}) == len(planted) == len(FAULTS)
    assert len(FAULTS) > 30


def test_failures_are_read_without_parameters_and_errors_are_none() -> None:
    output = "FAILED a.py::test_x[1 - 2] - AssertionError: y\nFAILED a.py::T::test_z\nERROR a.py::test_w - KeyError\n"

    assert failures(output) == {"a.py::test_x", "a.py::T::test_z"}
