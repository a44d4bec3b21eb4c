"""What a statement would change: by hand for what a sender asks most, and for any history against reckoning it anew."""

from collections.abc import Iterable
from datetime import date
from random import Random

import msgspec
import pytest

from holdfast.contracts.effects import Effect, Shift
from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import fact_of, standing
from holdfast.england.residents import residents_of
from holdfast.indicators.choices import DEFAULTS
from holdfast.indicators.effects import Figures, Name, Trial, days_around, figures_of
from holdfast.indicators.journey import journey
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.steps import fold
from tests.factories import AUTHORITY, admitted, discharged, facts, legal_status, moved, said_again, withdrawn
from tests.histories import history
from tests.reference import child_of, rows_on

ON = date(2017, 3, 31)
RESIDENTS = residents_of(AUTHORITY)
IN_CARE: list[AnyEvent] = [admitted("2016-05-01", "U6"), moved("2016-08-01", "P", "U6", placement_id="second")]


def trial(*known: AnyEvent, on: date = ON, others: Iterable[list[AnyEvent]] = ()) -> Trial:
    """A trial of one child, of whom some is known, in an authority with others."""
    made = Trial(on, DEFAULTS, RESIDENTS, authority(on, known, *others))
    made.know("child", map(fact_of, known))
    return made


def authority(on: date, *children: Iterable[AnyEvent]) -> Figures:
    ledger = Ledger()
    for stated in children:
        ledger.add(fold(facts(*stated)))
    return figures_of(ledger, days_around(on), RESIDENTS)


def take(made: Trial, *stated: AnyEvent) -> Effect:
    """The effect of the last."""
    *_, last = [made.take("child", fact_of(event)) for event in stated]
    return last


def changed(effect: Effect, code: str, on: date = ON, period: str = "on") -> tuple[str, str | None] | None:
    """`child, authority` as text, of one figure on one day; None where it does not change."""
    for figure in effect.figures:
        for day in figure.days:
            if (figure.indicator, figure.period, day.date) == (code, period, on):
                return arrow(day.child), None if day.authority is msgspec.UNSET else arrow(day.authority)
    return None


def arrow(shift: Shift) -> str:
    return " -> ".join(
        str(counts.numerator) if counts.denominator is None else f"{counts.numerator}/{counts.denominator}"
        for counts in (shift.before, shift.after)
    )


def test_a_third_placement_counts_for_the_child_and_in_the_authoritys_figure() -> None:
    others: list[list[AnyEvent]] = [[admitted("2015-01-01", child=f"other {each}")] for each in range(4)]
    effect = take(trial(*IN_CARE, others=others), moved("2016-11-01", "P", "K2", placement_id="third"))
    assert effect.outcome == "stated"
    assert effect.placements_in_year is not None
    assert (effect.placements_in_year.before, effect.placements_in_year.after) == (2, 3)
    assert changed(effect, "three_or_more_placements") == ("0/1 -> 1/1", "0/5 -> 1/5")
    assert changed(effect, "three_or_more_placements", date(2016, 10, 31)) is None
    assert changed(effect, "placement_moves", date(2016, 11, 30), "month") == ("0 -> 1", "0 -> 1")
    assert changed(effect, "looked_after") is None
    assert "goes from 2 to 3 placements in the twelve months to 31 March 2017" in effect.sentence
    [sentence] = [each.sentence for each in effect.figures if each.indicator == "three_or_more_placements"]
    assert sentence.startswith(
        "Three or more placements in twelve months, on 31 March 2017: this child goes from 0 of 1 to 1 of 1; the "
        "authority goes from 0 of 5 to 1 of 5; it changes at 7 other month ends too, from 30 November 2016 to "
    )


def test_each_effect_is_on_top_of_those_before_it() -> None:
    made = trial()
    first = take(made, admitted("2016-05-01", "U6"))
    assert changed(first, "looked_after") == ("0 -> 1", "0 -> 1")
    second = take(made, moved("2016-08-01", "P", "U6"))
    assert changed(second, "looked_after") is None
    assert changed(second, "placement_moves", period="rolling_year") == ("0 -> 1", "0 -> 1")
    assert changed(take(made, moved("2016-11-01", "P", "K2")), "three_or_more_placements") == ("0/1 -> 1/1",) * 2


def test_without_a_right_to_them_no_figure_of_the_authority_is_told() -> None:
    effect = take(Trial(ON, DEFAULTS, RESIDENTS), admitted("2016-05-01", "U6"))
    assert changed(effect, "looked_after") == ("0 -> 1", None)
    assert '"authority":' not in msgspec.json.encode(effect).decode()
    assert not any("the authority goes" in figure.sentence for figure in effect.figures)


def test_a_repeated_statement_is_a_duplicate_and_changes_nothing() -> None:
    made = trial(*IN_CARE)
    for _ in range(2):
        effect = take(made, IN_CARE[1])
        assert (effect.outcome, effect.figures, effect.findings_new) == ("duplicate", [], [])
        assert effect.sentence == "Nothing: this very statement was made already."
    new = moved("2016-11-01", "P", "K2")
    assert [take(made, new).outcome for _ in range(2)] == ["stated", "duplicate"]


def test_what_a_later_statement_outvotes_changes_nothing() -> None:
    late = moved("2016-08-01", "P", "K2", fact="move", recorded="2016-09-01T12:00:00Z")
    early = moved("2016-08-02", "P", "U6", fact="move", recorded="2016-08-03T12:00:00Z")
    effect = take(trial(admitted("2016-05-01"), late), early)
    assert (effect.outcome, effect.figures) == ("outvoted", [])
    assert "recorded at 2016-09-01T12:00:00Z stands" in effect.sentence
    back = take(trial(admitted("2016-05-01"), early), late)
    assert back.outcome == "restated"
    assert changed(back, "residential") == ("0/1 -> 1/1", "0/1 -> 1/1")


def test_a_withdrawal_takes_out_what_the_fact_put_in() -> None:
    effect = take(trial(*IN_CARE), withdrawn(IN_CARE[1]))
    assert effect.outcome == "withdrawn"
    assert changed(effect, "placement_moves", period="rolling_year") == ("1 -> 0", "1 -> 0")
    unheard = take(trial(*IN_CARE), withdrawn(moved("2016-09-09", "P", "K2")))
    assert (unheard.outcome, unheard.figures) == ("withdrawn", [])
    assert "none of this name is known" in unheard.sentence


def test_a_finding_that_appears_is_told_with_what_mends_it_and_so_is_one_that_goes() -> None:
    made = trial()
    effect = take(made, moved("2016-08-01", "P", "U6"))
    assert [finding.code for finding in effect.findings_new] == ["no-date-of-birth", "beginning-not-known"]
    assert effect.findings_new[1].on == date(2016, 8, 1)
    assert effect.findings_new[1].mend in effect.sentence
    mended = take(made, admitted("2016-05-01"))
    assert [finding.code for finding in mended.findings_mended] == ["no-date-of-birth", "beginning-not-known"]


def test_what_shows_in_breakdowns_alone_is_said_to() -> None:
    effect = take(trial(*IN_CARE), legal_status("2016-09-01", "C1"))
    assert effect.figures == []
    assert "a breakdown" in effect.sentence
    nothing = take(trial(*IN_CARE, discharged("2016-12-01")), discharged("2016-12-05", fact="another"))
    assert "No figure changes." in nothing.sentence


def test_what_is_dated_ahead_changes_the_month_ends_to_come_if_nothing_more_is_said() -> None:
    effect = take(trial(*IN_CARE), discharged("2017-05-10"))
    assert changed(effect, "looked_after") is None
    assert changed(effect, "looked_after", date(2017, 5, 31)) == ("1 -> 0", "1 -> 0")
    [sentence] = [each.sentence for each in effect.figures if each.indicator == "looked_after"]
    assert "on 31 May 2017, if nothing more is said: this child goes from 1 to 0" in sentence


def test_the_rate_follows_and_no_child_is_a_share_of_residents() -> None:
    effect = take(trial(), admitted("2016-05-01"))
    told = changed(effect, "looked_after_rate")
    assert told is not None and told[1] is not None
    residents = RESIDENTS(ON.toordinal())
    assert residents is not None
    assert told == ("0 -> 1", f"0/{residents[0]} -> 1/{residents[0]}")


def mixed(seed: int) -> list[AnyEvent]:
    """Everything said of three children, shuffled, some of it twice."""
    random = Random(seed)
    told = [
        msgspec.structs.replace(event, subject=str(each)) for each in range(3) for event in history(3 * seed + each)
    ]
    told += random.sample(told, len(told) // 4)
    random.shuffle(told)
    return told


def whole(on: date, stated: dict[str, list[AnyEvent]]) -> Figures:
    return authority(on, *stated.values())


def by_the_twin(stated: dict[str, list[AnyEvent]], on: date) -> dict[Name, tuple[int, int | None]]:
    """The same figures of one day, counted day by day with plain loops."""
    children = [child_of(facts(*told), on) for told in stated.values()]
    return {
        Name(row.indicator, "on" if row.period is msgspec.UNSET else row.period, on.toordinal()): (
            row.numerator,
            row.denominator,
        )
        for row in rows_on(children, on, breakdowns=False)
    }


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_said_the_figures_after_an_effect_are_those_reckoned_anew(seed: int) -> None:
    told = mixed(seed)
    random = Random(seed)
    on = date.fromordinal(random.choice([fact.on for fact in map(fact_of, told) if fact.on] or [ON.toordinal()]) + 200)
    split = len(told) // 2
    stated: dict[str, list[AnyEvent]] = {}
    for event in told[:split]:
        stated.setdefault(event.subject, []).append(event)
    figures = whole(on, stated)
    made = Trial(on, DEFAULTS, RESIDENTS, figures)
    for child, known in stated.items():
        made.know(child, map(fact_of, known))
    for event in told[split:]:
        before = findings(stated.get(event.subject, []), on)
        stated.setdefault(event.subject, []).append(event)
        effect = made.take(event.subject, fact_of(event))
        figures = with_effect(figures, effect)
        after = findings(stated[event.subject], on)
        gone, come = len(effect.findings_mended), len(effect.findings_new)
        assert len(before) - gone + come == len(after)
    assert figures == whole(on, stated)
    twin = by_the_twin(stated, on)
    assert {name: (counts.numerator, counts.denominator) for name, counts in figures.items() if name in twin} == twin


def with_effect(figures: Figures, effect: Effect) -> Figures:
    """Each day's before is what it was, and its after is what it then is."""
    then = dict(figures)
    for figure in effect.figures:
        for day in figure.days:
            name = Name(figure.indicator, figure.period, day.date.toordinal())
            assert day.authority is not msgspec.UNSET
            assert then[name] == day.authority.before
            then[name] = day.authority.after
    return then


def findings(stated: list[AnyEvent], on: date) -> list[str]:
    stands = standing(map(fact_of, stated)).values()
    return [finding.code for finding in journey(stands).findings_on(on.toordinal())]


def test_order_changes_what_each_effect_is_and_never_what_they_come_to() -> None:
    told = [*IN_CARE, said_again(IN_CARE[0], "2018-01-01T00:00:00Z"), discharged("2016-12-01")]
    ends = set()
    for seed in range(4):
        Random(seed).shuffle(told)
        figures, made = authority(ON), trial()
        for event in told:
            figures = with_effect(figures, take(made, event))
        ends.add(tuple(sorted((name, str(counts)) for name, counts in figures.items())))
    assert len(ends) == 1
