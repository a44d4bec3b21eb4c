"""What came of a run, for people as tables and for programs as JSON."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from holdfast.cli.conformance.own_events import Answered
from holdfast.cli.conformance.results import Result
from holdfast.cli.offline import write_answer
from holdfast.contracts.effects import DayChange, Tried

_MARKS = {
    "passed": "[green]✓[/]",
    "accepted": "[green]✓[/]",
    "failed": "[bold red]✗[/]",
    "rejected": "[bold red]✗[/]",
    "skipped": "[dim]–[/]",
}
_OUTCOMES = ("passed", "failed", "skipped")
_RATIOS = {"Line": 1, "Case": 5, "Event": 5, "Expected": 10, "Got": 6}
# Wide enough to be read where the output is no terminal.
_LEAST_WIDTH = 140


class Format(StrEnum):
    """How an answer is written: for people, or for programs."""

    table = "table"
    json = "json"


def has_failed(results: Iterable[Result]) -> bool:
    """Whether anything was not as expected."""
    return any(result.outcome == "failed" for result in results)


def show_as_they_come(written_as: Format, results: Iterable[Result]) -> list[Result]:
    """All of them; for people each section is shown as it comes to its end."""
    done: list[Result] = []
    shown = 0
    for result in results:
        if done and done[-1].section != result.section:
            _show(written_as, done[shown:])
            shown = len(done)
        done.append(result)
    _show(written_as, done[shown:])
    return done


def _show(written_as: Format, of_section: Sequence[Result]) -> None:
    if written_as is not Format.table or not of_section:
        return
    table = _table("Case", "What it shows, and why it matters", "Expected", "Got", title=of_section[0].section)
    for result in of_section:
        table.add_row(*_cells(result))
    _console().print(table)


def _cells(result: Result) -> list[str]:
    shows = f"{escape(result.shows)}\n[dim]{escape(result.why)}[/]"
    expected = "\n".join(escape(check.expected) for check in result.checks)
    differing = [f"[red]{escape(check.got)}[/]" for check in result.checks if not check.holds]
    got = "\n".join([*differing, *([escape(result.note)] if result.note else [])])
    return [_MARKS[result.outcome], escape(result.name), shows, expected, got or "the same"]


def say_outcome(written_as: Format, source: str, run: str, results: Sequence[Result]) -> None:
    """How many there were of what; for programs with everything."""
    counts = {outcome: sum(result.outcome == outcome for result in results) for outcome in _OUTCOMES}
    if written_as is Format.json:
        _write_json({"source": source, "run": run, **counts, "results": results})
    else:
        _console().print(f"{source}: {', '.join(f'{many} {outcome}' for outcome, many in counts.items())}.")


def show_own(written_as: Format, source: str, answered: Sequence[Answered]) -> None:
    """A vendor's own events, a row each, and how many there were of what."""
    rejected = sum(one.answer.verdict == "rejected" for one in answered)
    if written_as is Format.json:
        _write_json({"source": source, "accepted": len(answered) - rejected, "rejected": rejected, "events": answered})
        return
    table = _table("Line", "Event", "What it would change, or what is wrong")
    for one in answered:
        names = "\n".join(escape(name) for name in (one.answer.id or "no id", one.answer.subject) if name)
        table.add_row(_MARKS[one.answer.verdict], str(one.place), names, "\n".join(_told(one.answer)))
    out = _console()
    out.print(table)
    out.print(f"{source}: {len(answered) - rejected:,} accepted, {rejected:,} rejected. Nothing was posted.")
    for sentence in _counted(answered):
        out.print(sentence)


def _told(answer: Tried) -> list[str]:
    if answer.effect is None:
        return [
            f"[red]{escape(f'{fault.code} {fault.pointer}')}[/]: {escape(fault.message)}" for fault in answer.errors
        ]
    counted = [figure for figure in answer.effect.figures if any(map(_counts_otherwise, figure.days))]
    among = [figure.indicator for figure in answer.effect.figures if figure not in counted]
    said = [figure.sentence for figure in counted]
    if among:
        said.append(f"Of these the denominator alone changes: {', '.join(dict.fromkeys(among))}.")
    return [escape(answer.effect.sentence), *(f"[dim]{escape(each)}[/]" for each in said)]


def _counts_otherwise(day: DayChange) -> bool:
    return day.child.before.numerator != day.child.after.numerator


def _counted(answered: Sequence[Answered]) -> Iterator[str]:
    effects = [one.answer.effect for one in answered if one.answer.effect]
    left = Counter(finding.code for effect in effects for finding in effect.findings_new)
    left.subtract(finding.code for effect in effects for finding in effect.findings_mended)
    counts: dict[str, Counter[str]] = {
        "Accepted": Counter(str(effect.outcome) for effect in effects),
        "Rejected for": Counter(fault.code for one in answered for fault in one.answer.errors),
        "Does not add up in the end": +left,
    }
    for what, many in counts.items():
        if many:
            yield f"{what}: {', '.join(f'{code} {number:,}' for code, number in many.most_common())}."


def _console() -> Console:
    out = Console(highlight=False)
    return out if out.is_terminal else Console(highlight=False, width=max(out.width, _LEAST_WIDTH))


def _table(*columns: str, title: str | None = None) -> Table:
    """A mark, then columns: those with longer headings are wider."""
    table = Table(title=title, title_justify="left", title_style="bold", expand=True, show_lines=True)
    table.add_column("", width=1)
    for column in columns:
        table.add_column(column, ratio=_RATIOS.get(column, 10), overflow="fold")
    return table


def _write_json(told: object) -> None:
    write_answer(msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")
