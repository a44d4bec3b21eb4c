"""`holdfast explain`: what an analyst is told of a child in made-up returns, and of one who is not there."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from holdfast.cli import application
from holdfast.indicators.catalogue import INDICATORS
from tests.unit.test_returns import written

ROWS = """1,09/04/2014,S,C1,N1,U6,PR1,10/08/2016,X1,CREQB,,B1 1AA,
          1,10/08/2016,P,C1,N1,U4,PR1,10/06/2017,X1,CARPL,,B2 2BB,
          1,10/06/2017,L,C2,N1,U4,PR1,12/06/2017,X1,,,B2 2BB,
          1,12/06/2017,P,C2,N1,T3,,20/06/2017,X1,,,B9 9AA,
          1,20/06/2017,P,C2,N1,U4,PR1,,,,,B2 2BB,
          2,20/03/2018,S,V2,N2,U6,PR1,28/03/2018,E4A,,,B4 4BB,"""
HEADERS = "1,1,05/06/2010,WBRI,,,\n2,2,19/03/2002,WBRI,,,"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one year's return."""
    return written(tmp_path, episodes=ROWS, header=HEADERS)


def run(folder: Path, child: str, indicator: str, *arguments: str, on: str = "2018-03-31") -> Result:
    """The command, in this process."""
    asked = ["--child", child, "--indicator", indicator, "--on", on, *arguments]
    return CliRunner().invoke(application("explain"), ["explain", str(folder), *asked])


def words(result: Result) -> str:
    """What is printed, without the breaks of its lines."""
    return " ".join(result.stdout.split())


def test_the_clock_that_was_missed_is_told_with_its_days(folder: Path) -> None:
    told = words(run(folder, "1", "long_term_stable"))
    assert "Not counted: in the denominator (children looked after long term) alone." in told
    assert "In this placement since 10 August 2016: reaches two years on 10 August 2018, 132 days later." in told
    assert "Under 16: the 16th birthday is on 5 June 2026, 2,988 days later." in told
    assert "Counts from 10 August 2018, 132 days later." in told


def test_what_is_no_placement_is_told_with_its_rule_and_row(folder: Path) -> None:
    told = words(run(folder, "1", "three_or_more_placements"))
    assert "One placement in the 12 months from 1 April 2017 to 31 March 2018; three are needed." in told
    assert (
        "12 Jun 2017 Moved to temporary: carer on holiday (T3). A temporary placement, from which the child came back: "
        "not a placement of its own. [2017-episodes.csv row 5]" in told
    )
    assert "Return from a temporary placement to the placement left: not a new one. [2017-episodes.csv row 6]" in told
    assert "left the last 12 months on 9 August 2017, 234 days before [2017-episodes.csv row 2]" in told


def test_a_child_out_of_care_is_told_since_when_and_why(folder: Path) -> None:
    told = words(run(folder, "2", "looked_after"))
    assert (
        "Not looked after at the end of 31 March 2018: left care (home, planned, E4A) on 28 March 2018, 3 days before."
        in told
    )


def test_the_sixteenth_birthday_is_told_by_how_many_days_it_was_missed(folder: Path) -> None:
    told = words(run(folder, "2", "long_term_stable", on="2018-03-27"))
    assert "Not under 16: the 16th birthday was on 19 March 2018, 8 days before." in told


def test_the_18th_birthday_to_come_ends_no_placement_that_nobody_ended(folder: Path) -> None:
    """Child 1, born on 5 June 2010, is in a placement without a DEC."""
    told = words(run(folder, "1", "looked_after"))
    assert "10 Aug 2016 and on fostered, long term (U4)" in told
    assert (
        "Counted since 9 April 2014, and until 4 June 2028, the day before the 18th birthday (3,719 days more)." in told
    )
    grown = words(run(folder, "1", "three_or_more_placements", on="2028-06-05"))
    assert "10 Aug 2016 to 5 Jun 2028 fostered, long term (U4), own provision; ended with the 18th birthday [" in grown
    said = json.loads(run(folder, "1", "looked_after", "--format", "json").stdout)
    assert [stay["ends"] for stay in said["stays"]] == [None]


def test_a_placement_that_ended_before_or_on_the_18th_birthday_has_its_own_end(tmp_path: Path) -> None:
    rows = """1,09/04/2014,S,C1,N1,U6,PR1,10/08/2016,X1,CREQB,,B1 1AA,
              1,10/08/2016,P,C1,N1,U4,PR1,01/03/2018,E4A,,,B2 2BB,"""
    folder = written(tmp_path, episodes=rows, header="1,1,01/03/2000,WBRI,,,")
    told = words(run(folder, "1", "three_or_more_placements"))
    assert "10 Aug 2016 to 1 Mar 2018 fostered, long term (U4), own provision [" in told
    assert "Counted since 9 April 2014, and until 28 February 2018 (1 day more)." in words(
        run(folder, "1", "looked_after", on="2018-02-28")
    )


def test_coming_into_care_that_does_not_count_is_told_with_why(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "moved").mkdir()
    since = written(tmp_path / "moved", episodes="1,09/08/2017,P,C1,N1,U6,PR1,,,,,B1 1AA,", header=HEADERS)
    told = words(run(since, "1", "started_in_year"))
    assert (
        "Did not come into care in the 12 months from 1 April 2017 to 31 March 2018, but for 9 August 2017, which does "
        "not count: care had begun before, on a day not known." in told
    )
    assert "Came into care on 20 March 2018, in the 12 months" in words(run(folder, "2", "started_in_year"))


def test_happenings_are_told_with_their_periods(folder: Path) -> None:
    told = words(run(folder, "2", "discharged_to_permanence"))
    assert "0 discharges of 1 in the month, 0 discharges of 1 in the financial year to date" in told
    assert "28 Mar 2018 Left care, home, planned (E4A): not a reason that is counted." in told


@pytest.mark.parametrize("indicator", INDICATORS)
@pytest.mark.parametrize("child", ["1", "2"])
def test_every_indicator_is_explained_in_both_forms(folder: Path, child: str, indicator: str) -> None:
    told = run(folder, child, indicator)
    assert told.exit_code == 0
    assert told.stdout.startswith(f"{INDICATORS[indicator].title}, 31 March 2018, child {child}\n")
    said = json.loads(run(folder, child, indicator, "--format", "json").stdout)
    assert (said["child"], said["indicator"], said["on"]) == (child, indicator, "2018-03-31")
    assert said["verdict"] in told.stdout


def test_an_unknown_child_is_a_sentence_with_what_is_there(folder: Path) -> None:
    refused = run(folder, "3", "looked_after")
    assert refused.exit_code == 2
    assert "Child 3 is not in these returns. They have 2 children, such as 1, 2." in refused.stderr


def test_an_unknown_indicator_is_a_sentence_with_those_there_are(folder: Path) -> None:
    refused = run(folder, "1", "long_term")
    assert refused.exit_code == 2
    assert "There is no indicator long_term. Did you mean long_term_stable? They are: looked_after," in refused.stderr
