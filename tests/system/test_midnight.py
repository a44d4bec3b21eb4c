"""A day passes and nothing is posted: figures change all the same, at midnight in London on the platform's clock."""

from datetime import UTC, datetime, time, timedelta

from tests.system.platform import LONDON, Platform, eventually, today

AUTHORITY = "E08000028"


def midnight_after(days: int) -> datetime:
    """The instant at which a later day begins in London."""
    return datetime.combine(today() + timedelta(days=days), time(), LONDON).astimezone(UTC)


def test_a_sixteenth_birthday_changes_a_figure_at_midnight_without_an_event(breakable: Platform) -> None:
    birthday = midnight_after(2)
    day_before = midnight_after(1)
    born_on = birthday.astimezone(LONDON).date().replace(year=birthday.astimezone(LONDON).year - 16)
    sender, reader = breakable.sender(AUTHORITY), breakable.reader(AUTHORITY)
    admission = {
        "on": "2020-01-01",
        "legal_status": "C2",
        "date_of_birth": born_on.isoformat(),
        "placement": {"type": "U4", "provider": "PR1"},
    }
    assert sender.post([sender.event("N1", "admission", "a", "2020-01-02T00:00:00Z", admission)]) == ["accepted"]
    eventually("the child is counted", lambda: reader.figure("long_term_stable") == (1, 1), 30)

    breakable.run("clock", "--set", (birthday - timedelta(seconds=6)).isoformat(), "--rate", "1", "--no-catch-up")
    eventually("the day before has come", lambda: day(reader) >= day_before.astimezone(LONDON).date().isoformat(), 40)
    posted = breakable.records("care.events")
    eventually("the child is 16 and no longer counted", lambda: reader.figure("long_term_stable") == (0, 0), 60)
    assert reader.figure("looked_after") == (1, None)
    assert breakable.records("care.events") == posted
    daily = [figure for figure in breakable.keys("care.indicators") if figure.endswith("/daily")]
    assert f"{AUTHORITY}/long_term_stable/all/daily" in daily


def day(reader: object) -> str:
    """The day that the figures are about."""
    figures = reader.figures()  # type: ignore[attr-defined]
    return str(figures[0]["date"]) if figures else ""
