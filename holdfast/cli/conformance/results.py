"""What came of each thing that was tried: expected and got, side by side. Prints nothing."""

from typing import Literal

from msgspec import Struct


class Check(Struct, frozen=True):
    """One thing expected and what there was instead, or the same."""

    expected: str
    got: str

    @property
    def holds(self) -> bool:
        """Whether they are the same."""
        return self.expected == self.got


class Result(Struct, frozen=True, kw_only=True):
    """`why` it matters, or how it is mended. `note`: why it was skipped, or what went wrong beside the checks."""

    section: str
    name: str
    shows: str
    why: str
    outcome: Literal["passed", "failed", "skipped"]
    checks: list[Check] = []
    note: str = ""


def judged(section: str, name: str, shows: str, why: str, checks: list[Check]) -> Result:
    """Passed where everything is as expected."""
    outcome: Literal["passed", "failed"] = "passed" if all(check.holds for check in checks) else "failed"
    return Result(section=section, name=name, shows=shows, why=why, outcome=outcome, checks=checks)


def failed(section: str, name: str, shows: str, why: str, note: str) -> Result:
    """It could not be tried to its end."""
    return Result(section=section, name=name, shows=shows, why=why, outcome="failed", note=note)


def skipped(section: str, name: str, shows: str, why: str, note: str) -> Result:
    """Not tried."""
    return Result(section=section, name=name, shows=shows, why=why, outcome="skipped", note=note)
