"""The page of the conformance kit: every golden journey, refusal and request, from the tables that the kit tries."""

from collections.abc import Iterable

import msgspec

from docs.told import listed
from holdfast.cli.conformance.cases import WITHDRAWN_AT, Case
from holdfast.cli.conformance.golden import SECTIONS
from holdfast.cli.conformance.refusals import NOT_TRIED, REFUSALS
from holdfast.cli.conformance.requests import REQUESTS
from holdfast.cli.conformance.said import Said
from holdfast.contracts.door_verdicts import CODES
from holdfast.indicators.findings import SENTENCES

INTRODUCTION = f"""
`holdfast conform URL --token-file FILE` tries all of this against a door and says of each what was expected, what came
and why it matters: [integrating.md](integrating.md) tells how and when. It is done **by dry run: nothing is posted and
no figure moves**. With `--post` the journeys are posted in earnest too, in every form and in any order, read back and
withdrawn, as recorded at {WITHDRAWN_AT}; that is refused wherever a child is looked after.

Days are fixed, in 2004 to 2018, so that what is expected never changes. Figures are those of an authority that looks
after no other children; in one that does they are what the case adds. `n of d` is a numerator and its denominator.
"""
EVENTS = """
Each event is shown as its type, its `fact`, its `recordedtime` and its `data`; each is accepted. Where several children
are told of, the first word says which. Behind the arrow is what a dry run calls it, where that isn't `stated`.
"""


def page() -> str:
    """The whole page as Markdown, without its heading."""
    parts = [INTRODUCTION, "## Contents\n", _contents(), "# Golden journeys\n", EVENTS]
    for section, cases in SECTIONS.items():
        parts += [f"## {section}\n", *map(_case, cases)]
    parts += ["# Refusals\n", _refusals(), "# Requests\n", _requests()]
    return "\n".join(parts)


def _contents() -> str:
    return listed(
        [
            f"{section}: {', '.join(f'[{case.name}](#{case.name})' for case in cases)}"
            for section, cases in SECTIONS.items()
        ]
        + ["[Refusals](#refusals) of events, and of whole [requests](#requests)"]
    )


def _case(case: Case) -> str:
    several = len({said.child for said in case.said}) > 1
    events = "\n".join(_event(said, several) for said in case.said)
    rows = _table(
        ["on", "figure", "is"],
        [
            [name.on.isoformat(), f"`{name.indicator}`{_period(name.period)}", str(counts)]
            for name, counts in case.lines().items()
        ],
    )
    finds = "".join(f"\nDoes not add up, on the last day: `{code}`. {SENTENCES[code][0]}\n" for code in case.finds)
    return f"### {case.name}\n\n{case.shows}\n\n{case.why}\n\n```\n{events}\n```\n\n{rows}{finds}"


def _event(said: Said, several: bool) -> str:
    words = [
        *([f"{said.child}:"] if several else []),
        said.type,
        said.fact or "(no fact)",
        said.recorded or f"(time {said.time})",
        msgspec.json.encode(said.data).decode(),
        *([f"-> {said.outcome}"] if said.outcome != "stated" else []),
    ]
    return " ".join(words)


def _period(period: str) -> str:
    return "" if period == "on" else f" `{period}`"


def _refusals() -> str:
    rows = [
        [f"`{refusal.code}`", f"`{refusal.pointer}`" if refusal.pointer else "the whole", refusal.shows, refusal.mended]
        for refusal in REFUSALS
    ]
    untried = listed([f"`{code}` ({CODES[code]}): {why}" for code, why in NOT_TRIED.items()])
    return (
        "A good event with one thing wrong is rejected with this code and pointer, and holds up no other.\n\n"
        f"{_table(['code', 'pointer', 'what is wrong', 'how it is mended'], rows)}\nNot tried:\n\n{untried}"
    )


def _requests() -> str:
    rows = [[f"{each.status}", f"`/problems/{each.problem}`", each.shows, each.mended] for each in REQUESTS]
    return (
        "A request that can't be taken at all is answered so, as `application/problem+json`.\n\n"
        f"{_table(['status', 'type', 'what is wrong', 'how it is mended'], rows)}"
    )


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(columns)]
    lines += [["---"] * len(lines[0]), *map(list, rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
