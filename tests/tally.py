"""Writes each test's outcome down as it comes, for `tests.run` to count: a run that is cut short has a tally too.

A plugin of pytest (`-p tests.tally`); does nothing where `HOLDFAST_TALLY` names no file.
"""

import os
from pathlib import Path

import pytest


def pytest_runtest_logstart(nodeid: str) -> None:
    """A test that never ends is told by this line alone."""
    _write("began", nodeid)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Its outcome: of the test itself, of a setup that skipped or failed, of a teardown that failed."""
    if report.when == "call" or report.outcome != "passed":
        _write(report.outcome, report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """A module that can't be read counts as one failure; one that is skipped as one skip."""
    if report.outcome != "passed":
        _write(report.outcome, report.nodeid)


def _write(outcome: str, nodeid: str) -> None:
    if where := os.environ.get("HOLDFAST_TALLY"):
        with Path(where).open("a", encoding="utf-8") as file:
            file.write(f"{outcome} {nodeid}\n")
