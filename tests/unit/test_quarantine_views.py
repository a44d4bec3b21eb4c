"""How rejected events are worded and drawn: weeks of a source, outcomes that quote nothing, what is in an editor."""

import re
from datetime import UTC, date, datetime, timedelta

from holdfast.contracts.door_verdicts import CODES, Fault
from holdfast.contracts.quarantine import EntryOutcome, EntryPage, Listed, SourceDay, Summary, Wrong
from services.gateway.domain import Principal
from services.gateway.quarantine import views
from services.gateway.quarantine.api import numbers_in
from services.gateway.templating import render

TODAY = date(2026, 3, 4)  # a Wednesday


def count(system: str, day: date, arrived: int, **more: int) -> SourceDay:
    return SourceDay(
        **{"entered": arrived, "replayed": 0, "dismissed": 0, "reopened": 0, "failed": 0, **more},
        system=system, day=day, arrived=arrived,
    )  # fmt: skip


def test_the_weeks_of_a_source_end_with_this_one_and_are_drawn_to_one_scale() -> None:
    monday = date(2026, 3, 2)
    days = [
        count("mosaic", monday, 3, replayed=1),
        count("mosaic", TODAY, 1, failed=2),
        count("mosaic", monday - timedelta(days=1), 8, dismissed=4),
        count("liquidlogic", views.first_week(TODAY), 2),
    ]
    first, second = views.weeks(days, TODAY)
    assert (first.system, first.by_week) == ("liquidlogic", [2] + [0] * 25)
    assert (second.by_week[-2:], second.arrived, second.entered) == ([8, 4], 12, 12)
    assert (second.replayed, second.dismissed, second.failed) == (1, 4, 2)
    heights = [bar.height for bar in (*first.bars, *second.bars)]
    assert heights == [views.HEIGHT / 4, views.HEIGHT, views.HEIGHT / 2]
    assert all(bar.y + bar.height == views.HEIGHT and bar.x + bar.width <= views.WIDTH for bar in second.bars)
    assert (views.mondays(TODAY)[0], views.mondays(TODAY)[-1]) == (views.first_week(TODAY), monday)
    assert views.weeks([], TODAY) == []


def test_what_was_not_done_is_told_without_a_word_of_what_was_sent() -> None:
    faults = (Fault("unknown-field", "/data/Anna Smith", "This field is not known here."), Fault("not-json", "", "No."))
    (left,) = views.not_done(
        [EntryOutcome(1, True, "replayed"), EntryOutcome(2, False, "waiting", "It stays.", faults)]
    )
    assert (left.entry, left.sentence) == (2, "It stays.")
    assert left.wrong == [
        ("A field or attribute that the platform does not know.", "/data"),
        ("The line or member is not JSON that can be read.", "the event itself"),
    ]


def test_every_code_and_type_has_words() -> None:
    assert all(views.code_words(code)[0].isupper() for code in CODES)
    assert views.type_words("care.placement-move.v1") == "Placement move"
    assert views.type_words(None) == "Not known"


def test_json_is_edited_a_line_a_field_and_anything_else_as_it_came() -> None:
    assert views.editable('{"b":1.50,"a":[]}') == '{\n  "b": 1.50,\n  "a": []\n}'
    assert views.editable("{broken") == "{broken"


def test_a_form_names_each_entry_once_and_nothing_but_entries() -> None:
    assert numbers_in(["3", "1", "3", "", "x", "-1", "0", "9" * 30, "٣"]) == [3, 1]


def test_the_enter_key_in_the_field_of_the_reason_dismisses_and_never_replays() -> None:
    at = datetime(2026, 3, 4, tzinfo=UTC)
    wrong = Wrong("unknown-code", "/data/on", "a code that is in no code list")
    entry = Listed(7, "mosaic", None, None, [wrong], "waiting", False, at, at, 1, None, None)
    text = render(
        "quarantine/list.html",
        principal=Principal("user:1", "person", "steward", "E08000018", "Ann", "token"),
        authority={"code": "E08000018", "name": "Rotherham"},
        found=EntryPage([entry], None, Summary({"waiting": 1}, ["mosaic"], ["unknown-code"])),
        chosen={"system": "", "code": "", "status": "waiting"},
        filters="status=waiting", next=None, weeks=[], mondays=[], drawing=(1, 1), fault="", done=(0, ""),
        not_done=[], longest=300, views=views,
    )  # fmt: skip
    form = text[text.index('<form method="post" action="/authorities/E08000018/quarantine/') :]
    buttons = re.findall(r'<button type="submit"([^>]*)>(\w+)</button>', form)
    # A browser presses a form's first button for the Enter key.
    assert form.startswith('<form method="post" action="/authorities/E08000018/quarantine/dismiss">')
    assert buttons == [
        (' class="second"', "Dismiss"),
        (' formaction="/authorities/E08000018/quarantine/replay"', "Replay"),
    ]
