"""The laws of facts: whatever order statements arrive in, and however often, the same ones stand."""

import json
from datetime import date
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.contracts import events
from holdfast.contracts.events import AnyEvent, canonical, encode_event, statement_hash
from holdfast.contracts.facts import (
    Fact,
    FactKey,
    Kind,
    canonical_data,
    fact_of,
    instant,
    microseconds,
    standing,
    supersede,
)
from tests.factories import (
    admitted,
    discharged,
    legal_status,
    missing,
    moved,
    said_again,
    withdrawn,
)
from tests.histories import histories

EARLY, LATE, LATER = "2025-01-01T08:00:00Z", "2025-01-02T08:00:00Z", "2025-01-03T08:00:00Z"
fixed = settings(derandomize=True, deadline=None, max_examples=150)

# A few contents under one name: most pairs of statements drawn from these tie somewhere.
CONTENTS: tuple[AnyEvent, ...] = (
    moved("2016-09-01", "P", "K2", fact="one"),
    moved("2016-09-01", "P", "K2", fact="one", placement_id="a"),
    moved("2016-09-01", "P", "K2", fact="one", placement_id="b"),
    moved("2016-09-02", "P", "K2", fact="one"),
    discharged("2016-09-01", fact="one"),
    withdrawn(moved("2016-09-01", fact="one")),
)
statements_of_one_fact = st.lists(
    st.builds(
        said_again,
        st.sampled_from(CONTENTS),
        st.sampled_from((EARLY, LATE)),
        statedby=st.sampled_from((None, None, "steward")),
    ),
    min_size=1,
    max_size=7,
)


def _in_another_order(said: list[AnyEvent], random: Random) -> list[AnyEvent]:
    again = said + random.choices(said, k=random.randint(0, 5))
    random.shuffle(again)
    return again


def _standing(said: list[AnyEvent]) -> dict[FactKey, Fact]:
    return standing(fact_of(event) for event in said)


def _of_two(first: AnyEvent, second: AnyEvent) -> Fact:
    """Which stands; the same in both orders."""
    one, other = fact_of(first), fact_of(second)
    stands = supersede(supersede(None, one), other)
    assert stands == supersede(supersede(None, other), one)
    return stands


@fixed
@given(statements_of_one_fact, st.randoms(use_true_random=False))
def test_any_order_and_repetition_of_statements_of_one_fact_ends_in_the_same_fact(
    said: list[AnyEvent], random: Random
) -> None:
    assert _standing(said) == _standing(_in_another_order(said, random))


@fixed
@given(histories(), st.randoms(use_true_random=False))
def test_any_order_and_repetition_of_a_childs_statements_ends_in_the_same_facts(
    said: list[AnyEvent], random: Random
) -> None:
    assert not said or _standing(said) == _standing(_in_another_order(said, random))


@fixed
@given(statements_of_one_fact)
def test_two_parts_of_what_was_said_fold_into_the_whole(said: list[AnyEvent]) -> None:
    half = len(said) // 2
    parts = [*_standing(said[:half]).values(), *_standing(said[half:]).values()]
    assert standing(parts) == _standing(said)


@fixed
@given(statements_of_one_fact)
def test_what_changes_nothing_gives_back_the_very_fact_that_was_held(said: list[AnyEvent]) -> None:
    (held,) = _standing(said).values()
    for event in said:
        assert supersede(held, fact_of(event)) is held


@fixed
@given(statements_of_one_fact)
def test_a_fact_is_contested_where_statements_of_its_latest_instant_differ_in_content(said: list[AnyEvent]) -> None:
    (held,) = _standing(said).values()
    latest = max(event.recordedtime for event in said)
    contents = {(event.type, repr(event.data)) for event in said if event.recordedtime == latest}
    assert held.contested == (len(contents) > 1)


@fixed
@given(statements_of_one_fact)
def test_a_fact_remembers_when_it_was_first_stated_by_anyone(said: list[AnyEvent]) -> None:
    (held,) = _standing(said).values()
    assert held.first_recorded_at == microseconds(min(event.recordedtime for event in said))


def test_the_later_recorded_statement_stands_whole_its_type_too() -> None:
    stands = _of_two(
        moved("2016-09-01", fact="one", recorded=EARLY), discharged("2016-08-01", fact="one", recorded=LATE)
    )
    assert (stands.kind, stands.placement, stands.contested) == (Kind.DISCHARGE, None, False)
    assert stands.first_recorded_at == microseconds(EARLY)


def test_of_equal_instants_the_systems_own_wins_over_a_stewards_withdrawal() -> None:
    own = moved("2016-09-01", fact="one", recorded=LATE)
    stands = _of_two(own, withdrawn(own, recorded=LATE, statedby="steward"))
    assert (stands.kind, stands.by_steward, stands.contested) == (Kind.PLACEMENT_MOVE, False, True)


def test_a_steward_recorded_later_wins_over_the_system_and_the_system_later_still_wins_again() -> None:
    own = moved("2016-09-01", fact="one", recorded=EARLY)
    corrected = moved("2016-09-05", fact="one", recorded=LATE, statedby="steward")
    assert _of_two(own, corrected).by_steward
    assert not _of_two(corrected, said_again(own, LATER)).by_steward


def test_of_equal_instants_a_withdrawal_wins_over_anything_else() -> None:
    own = moved("2016-09-01", fact="one", recorded=LATE)
    assert _of_two(own, withdrawn(own, recorded=LATE)).kind is Kind.WITHDRAWAL


def test_a_withdrawal_may_come_first_and_may_be_undone_by_a_later_statement() -> None:
    own = moved("2016-09-01", fact="one", recorded=EARLY)
    assert _of_two(withdrawn(own, recorded=LATE), own).kind is Kind.WITHDRAWAL
    assert _of_two(withdrawn(own, recorded=LATE), said_again(own, LATER)).kind is Kind.PLACEMENT_MOVE


def test_of_equal_instants_the_greater_data_wins_leaving_random_keys_out() -> None:
    less = moved("2016-09-01", fact="one", recorded=LATE, placement_id="z", locality="z")
    more = moved("2016-09-02", fact="one", recorded=LATE, placement_id="a", locality="a")
    assert _of_two(less, more).on == date(2016, 9, 2).toordinal()


def test_statements_alike_in_all_but_random_keys_are_told_apart_by_the_greater_hash() -> None:
    pair = [moved("2016-09-01", fact="one", recorded=LATE, placement_id=name) for name in ("a", "b")]
    greater = max(bytes.fromhex(statement_hash(event)) for event in pair)
    assert _of_two(*pair).statement == greater


def test_one_name_in_two_systems_is_two_facts() -> None:
    said: list[AnyEvent] = [discharged("2016-09-01", fact="one", system=name) for name in ("first", "second")]
    assert len(_standing(said)) == 2


def test_when_it_was_received_and_how_it_travelled_is_no_part_of_a_statement() -> None:
    event = moved("2016-09-01")
    travelled = msgspec.structs.replace(event, receivedtime=LATE, traceparent="00-1-2-01")
    assert fact_of(event) == fact_of(travelled)


@pytest.mark.parametrize("text", ["1970-01-01T00:00:00Z", "2017-06-20T16:41:09Z", "2024-02-29T23:59:59.999999Z"])
def test_an_instant_reads_back_as_it_was(text: str) -> None:
    assert instant(microseconds(text)) == text


# --- RFC 8785, written here again from its text -----------------------------------------------------------------------


def _rfc_8785(value: Any) -> str:
    """Sorted names, no spaces, numbers as ECMAScript prints them, and only what must be escaped escaped."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: str(name).encode("utf-16-be"))
        return "{" + ",".join(f"{_rfc_8785(name)}:{_rfc_8785(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_rfc_8785, value)) + "]"
    if isinstance(value, float):
        return _number(value)
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    """ECMAScript's Number::toString: the shortest digits that read back, with an exponent outside 1e-6 to 1e21."""
    if value == 0:
        return "0"
    sign, digits, exponent = "-" if value < 0 else "", *_digits(abs(value))
    if len(digits) <= exponent <= 21:
        return sign + digits + "0" * (exponent - len(digits))
    if 0 < exponent <= 21:
        return f"{sign}{digits[:exponent]}.{digits[exponent:]}"
    if -6 < exponent <= 0:
        return f"{sign}0.{'0' * -exponent}{digits}"
    point = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{point}e{exponent - 1:+d}"


def _digits(value: float) -> tuple[str, int]:
    """Shortest digits d and exponent n, so that the value is 0.d times 10 to the n."""
    mantissa, exponent = f"{value!r}".split("e") if "e" in repr(value) else (repr(value), "0")
    whole, _, part = mantissa.partition(".")
    part = "" if part == "0" else part
    digits = (whole + part).lstrip("0")
    leading_zeros = len(whole + part) - len(digits)
    return digits.rstrip("0"), len(whole) - leading_zeros + int(exponent)


any_distance = (
    st.none() | st.floats(0, 9999, allow_subnormal=False) | st.floats(1e-8, 1e-4) | st.sampled_from((20.0, 999.9))
)
any_text = st.none() | st.text(max_size=8)
any_sequence = st.none() | st.integers(0, 2**53 - 1)
a_day = st.dates(date(1980, 1, 1), date(2030, 1, 1)).map(date.isoformat)
any_interview = st.none() | st.builds(
    events.ReturnInterview,
    offered_on=st.none() | st.dates(date(2000, 1, 1)),
    accepted=st.none() | st.booleans(),
    held_on=st.none() | st.dates(date(2000, 1, 1)),
)
any_event: st.SearchStrategy[AnyEvent] = st.one_of(
    st.builds(
        admitted,
        a_day,
        urn=any_text,
        locality=any_text,
        provider=any_text,
        distance_miles=any_distance,
        dob=st.none() | a_day,
        sex=st.none() | st.sampled_from(("male", "unknown")),
        began_before=st.booleans(),
        sequence=any_sequence,
    ),
    st.builds(
        moved, a_day, urn=any_text, placement_id=any_text, in_authority=st.none() | st.booleans(), change=any_text
    ),
    st.builds(legal_status, a_day, st.just("C2"), sequence=any_sequence),
    st.builds(discharged, a_day, sequence=any_sequence),
    st.builds(missing, a_day, st.none() | a_day, interview=any_interview),
    st.builds(withdrawn, st.builds(discharged, a_day)),
)


@fixed
@given(any_event)
def test_an_event_is_written_as_rfc_8785_has_it(event: AnyEvent) -> None:
    assert encode_event(event).decode() == _rfc_8785(json.loads(encode_event(event)))


@fixed
@given(any_event)
def test_ties_are_broken_by_the_data_as_rfc_8785_without_random_keys(event: AnyEvent) -> None:
    data = json.loads(encode_event(event))["data"]
    for name in ("placement_id", "locality"):
        data.get("placement", {}).pop(name, None)
    assert canonical_data(fact_of(event)).decode() == _rfc_8785(data)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0, "0"), (-0.0, "0"), (20.0, "20"), (999.9, "999.9"), (1e-6, "0.000001"), (1e-7, "1e-7"), (4.35, "4.35")],
)
def test_numbers_are_written_as_ecmascript_writes_them(number: float, text: str) -> None:
    assert (canonical(number).decode(), _number(number)) == (text, text)
