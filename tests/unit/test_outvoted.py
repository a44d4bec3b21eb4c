"""A steward's correction that the system has outvoted since is a finding; in what cases, and what hangs on it."""

from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.contracts.events import AnyEvent, encode_event
from holdfast.contracts.facts import Fact, content_of, fact_of, standing
from holdfast.contracts.findings import RestsOn
from holdfast.indicators.choices import DEFAULTS
from holdfast.indicators.effects import Trial
from holdfast.indicators.findings import Finding
from holdfast.indicators.identity import identity_of, resting_on
from holdfast.indicators.journey import journey
from holdfast.indicators.touches import touches
from services.gateway.findings.files import _fact
from services.metrics.domain import decode, encode
from services.placements.account import account_of
from services.placements.as_known import folded_by_child
from services.placements.findings.found import Telling, tell_child
from services.placements.store import Held
from tests.factories import admitted, discharged, missing, moved, pseudonym, said_again, withdrawn

CODE = "correction-outvoted"
ON = date(2017, 6, 30)
NOON = datetime(2017, 6, 1, 12, tzinfo=UTC)
AT = [f"2017-05-{day:02}T09:00:00Z" for day in range(1, 10)]
IN_CARE = admitted("2016-05-01", "U6", recorded=AT[0])
Said = tuple[AnyEvent, ...]


def system(day: str = "2017-03-01", place: str = "K2", at: int = 1, **words: Any) -> AnyEvent:
    return moved(day, "P", place, fact="it", recorded=AT[at], **words)


def steward(day: str = "2017-03-01", place: str = "U4", at: int = 2, **words: Any) -> AnyEvent:
    return system(day, place, at, statedby="user:7", **words)


def replayed(place: str = "K2", at: int = 2) -> AnyEvent:
    """What the system said, as a steward took it from quarantine."""
    return msgspec.structs.replace(steward(place=place, at=at), id=pseudonym(f"{place}/{at}"))


def found(*stated: AnyEvent) -> list[Finding]:
    child = journey(standing(map(fact_of, stated)).values())
    return [each for each in child.findings if each.code == CODE]


NONE: dict[str, Said] = {
    "a system alone, however often it changes its mind": (system(), system(place="U4", at=2), system(at=3)),
    "a correction that stands": (system(), steward()),
    "a correction recorded before the system's own statement says the same": (steward(at=1), system(place="U4", at=2)),
    "a system that has come to state what the steward did": (system(), steward(), system(place="U4", at=3)),
    "a steward who corrects again": (system(), steward(), system(at=3), steward(at=4)),
    "a steward who takes the correction back before the system speaks": (
        system(), steward(at=2), steward(place="K2", at=3), system(at=4),
    ),
    "a withdrawal that stands": (system(), withdrawn(system(), recorded=AT[2], statedby="user:7")),
    "a withdrawal that the system makes too": (
        system(), withdrawn(system(), recorded=AT[2], statedby="user:7"), withdrawn(system(), recorded=AT[3]),
    ),
    "a tie, which is contested": (system(at=2), steward(at=2)),
    "another fact of that day": (system(), steward(), moved("2017-03-01", "P", "K2", fact="other", recorded=AT[3])),
    "a system that outvotes what was taken from quarantine for it": (system(), replayed(at=2), system(at=3)),
    "a correction that stands over what was taken from quarantine": (replayed(at=1), steward(), replayed(at=1)),
    "the same name in another system": (steward(), system(at=3, system="mosaic")),
}  # fmt: skip
OUTVOTED: dict[str, Said] = {
    "the system says again what it said": (system(), steward(), system(at=3)),
    "the system says a third thing": (system(), steward(), system(place="H5", at=3)),
    "the system moves the day alone": (system(), steward(place="K2", day="2017-03-02"), system(at=3)),
    "what the system says again is taken from quarantine": (system(), steward(), replayed(at=3)),
    "the system speaks after a replay": (system(), steward(), replayed(at=3, place="H5"), system(at=4)),
    "a steward's withdrawal is undone": (
        system(), withdrawn(system(), recorded=AT[2], statedby="user:7"), system(at=3),
    ),
    "the system withdraws what was corrected": (system(), steward(), withdrawn(system(), recorded=AT[3])),
    "the second of two corrections is outvoted": (system(), steward(at=2), steward(place="H5", at=3), system(at=4)),
    "a steward who corrects again is outvoted again": (system(), steward(), system(at=3), steward(at=4), system(at=5)),
    "the correction is of another kind of fact": (
        system(), discharged("2017-03-01", fact="it", recorded=AT[2], statedby="user:7"), system(at=3),
    ),
}  # fmt: skip


@pytest.mark.parametrize("stated", NONE.values(), ids=NONE.keys())
def test_nothing_is_outvoted_where_the_steward_has_the_last_word_or_the_two_agree(stated: Said) -> None:
    assert found(IN_CARE, *stated) == []


@pytest.mark.parametrize("stated", OUTVOTED.values(), ids=OUTVOTED.keys())
def test_a_later_statement_of_the_system_that_says_otherwise_is_one_finding(stated: Said) -> None:
    [one] = found(IN_CARE, *stated)
    assert (one.fact, one.on) == (system().fact, date(2017, 3, 1).toordinal())
    facts = list(standing(map(fact_of, (IN_CARE, *stated))).values())
    now, said = resting_on(one, facts)
    assert (now.correction, said.correction) == (said, None)
    assert now.recorded_at > said.recorded_at
    last = max((each for each in stated if each.is_correction), key=lambda each: each.recordedtime)
    assert content_of(said) == content_of(fact_of(last))


@pytest.mark.parametrize("stated", [*NONE.values(), *OUTVOTED.values()], ids=[*NONE, *OUTVOTED])
def test_the_order_and_the_repetition_of_statements_change_nothing(stated: Said) -> None:
    expected = standing(map(fact_of, stated))
    for order in permutations(stated):
        assert standing(map(fact_of, order)) == expected
        assert standing(map(fact_of, (*order, *order))) == expected
        assert found(IN_CARE, *order, *order) == found(IN_CARE, *stated)


statements = st.lists(
    st.builds(
        lambda told, at, by: said_again(told, AT[at], statedby=by),
        st.sampled_from((system(), system(place="U4"), system(place="H5"), withdrawn(system()))),
        st.integers(1, 4),
        st.sampled_from((None, "user:7")),
    ),
    min_size=1,
    max_size=7,
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(statements, st.randoms(use_true_random=False))
def test_it_is_found_by_the_statements_themselves_as_the_rule_has_it(said: list[AnyEvent], random: Any) -> None:
    """Looked for here among all statements, by the instants alone: where two of one instant differ, it isn't asked."""
    told = [fact_of(each) for each in said]
    last = max(each.recorded_at for each in told)
    own = {content_of(each) for each in told if each.recorded_at == last and not each.by_steward}
    corrected = max((each.recorded_at for each in told if each.by_steward), default=last)
    theirs = {content_of(each) for each in told if each.recorded_at == corrected and each.by_steward}
    random.shuffle(said)
    if len(own) < 2 and len(theirs) < 2:
        assert bool(found(*said)) == (corrected < last and own != theirs)


def test_by_the_statements_known_before_the_system_spoke_again_there_is_none() -> None:
    assert found(IN_CARE, system(), steward()) == []
    assert len(found(IN_CARE, system(), steward(), system(at=3))) == 1


def test_it_is_the_same_finding_until_either_of_the_two_says_something_else() -> None:
    def named(*stated: AnyEvent) -> str:
        facts = list(standing(map(fact_of, (IN_CARE, *stated))).values())
        [one] = found(IN_CARE, *stated)
        return identity_of("child", one, facts)

    first = named(system(), steward(), system(at=3))
    assert named(steward(), system(at=3), system(at=4)) == first
    assert named(steward(), system(at=3), steward(at=4), system(at=5)) == first
    assert named(steward(), system(at=3, place="H5")) != first
    assert named(steward(place="H5"), system(at=3)) != first


def test_an_episode_is_about_the_day_it_began() -> None:
    own = missing("2017-04-01T08:00:00Z", fact="away", recorded=AT[1])
    said = missing("2017-04-02T08:00:00Z", fact="away", recorded=AT[2], statedby="user:7")
    [one] = found(IN_CARE, own, said, said_again(own, AT[3]))
    assert one.on == date(2017, 4, 1).toordinal()


def test_the_figures_that_hang_on_it_are_those_with_what_the_steward_stated() -> None:
    stated: list[Fact] = list(
        map(fact_of, (IN_CARE, system(), withdrawn(system(), recorded=AT[2], statedby="user:7"), system(at=3)))
    )
    [one] = [each for each in journey(standing(stated).values()).findings if each.code == CODE]
    told = touches(one, stated, ON)
    assert (told.rule, told.supposing) == ("otherwise", "the steward's correction the one that stands")
    [moves] = [each for each in told.figures if (each.indicator, each.period) == ("placement_moves", "month")]
    assert [(str(day.date), day.child.before.numerator, day.child.after.numerator) for day in moves.days] == [
        ("2017-03-31", 1, 0)
    ]


def test_a_dry_run_of_the_statement_that_would_outvote_it_says_so() -> None:
    trial = Trial(ON, DEFAULTS)
    trial.know("child", map(fact_of, (IN_CARE, system(), steward())))
    assert [each.code for each in trial.take("child", fact_of(system(at=3))).findings_new] == [CODE]
    assert [each.code for each in trial.take("child", fact_of(steward(at=4))).findings_mended] == [CODE]


# --- In the register, and as the stream keeps it ----------------------------------------------------------------------

WITHDRAWN = withdrawn(system(), recorded=AT[2], statedby="user:7")
HISTORY: Said = (IN_CARE, system(), WITHDRAWN, system(at=3))


def test_the_register_tells_both_statements_and_when_each_was_recorded() -> None:
    told = [fact_of(each) for each in HISTORY]
    slice_ = [("child", fact.statement, encode_event(each)) for fact, each in zip(told, HISTORY, strict=True)]
    found_of = folded_by_child(slice_, DEFAULTS)["child"].found
    [listed] = [
        each
        for each in tell_child(Telling("E08000018", ON, DEFAULTS, None, {}), "child", told, found_of)
        if each.code == CODE
    ]
    assert [(each.kind, each.by_steward, each.recordedtime) for each in listed.rests_on] == [
        ("placement move", False, AT[3]),
        ("withdrawal", True, AT[2]),
    ]
    assert (listed.came_up, listed.systems, listed.on) == (AT[3], ["liquidlogic"], date(2017, 3, 1))


@pytest.mark.parametrize(("known", "expected"), [(3, []), (4, [CODE])])
def test_a_child_as_known_at_an_instant_has_it_by_the_statements_known_then(known: int, expected: list[str]) -> None:
    held = [
        Held("child", fact_of(each).statement, encode_event(each), NOON, NOON, 0, offset)
        for offset, each in enumerate(HISTORY[:known])
    ]
    assert [each.code for each in account_of("E08000018", "child", held, ON).findings] == expected


def test_the_file_to_mend_from_says_which_of_the_two_is_the_stewards() -> None:
    now = RestsOn("liquidlogic", "it", "placement move", ON, "moved to K2", AT[3], by_steward=False)
    said = RestsOn("liquidlogic", "it", "withdrawal", None, "never was", AT[2], by_steward=True)
    assert _fact(now) == f"placement move of 2017-06-30: moved to K2 (recorded {AT[3]})"
    assert _fact(said) == f"withdrawal: never was (recorded {AT[2]} by a steward)"


def test_what_the_stream_keeps_reads_back_and_so_does_what_it_kept_before_it_knew_of_corrections() -> None:
    facts = list(standing(map(fact_of, HISTORY)).values())
    assert decode(encode(facts)) == facts
    plain = [fact_of(IN_CARE)]
    rows: list[list[Any]] = msgspec.msgpack.decode(encode(plain))
    assert decode(msgspec.msgpack.encode([row[:-1] for row in rows])) == plain
