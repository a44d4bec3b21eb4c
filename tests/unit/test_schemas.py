"""The published descriptions are those that the classes make, and what the classes take and give fits them."""

import json
import re
from datetime import date
from typing import Any

import jsonschema
import msgspec
import pytest

from holdfast.contracts import schema
from holdfast.contracts.alerts import Alert, Evidence
from holdfast.contracts.door_verdicts import CODES, PROBLEMS, Fault, RejectedFault, Rejection, Verdict
from holdfast.contracts.effects import (
    Counts,
    DayChange,
    DryRun,
    Effect,
    EffectFinding,
    FigureChange,
    Placements,
    Shift,
    Tried,
)
from holdfast.contracts.figures import Figure, MonthEnd, Reading, ReadTo
from holdfast.contracts.targets import Bound, Target, Targets
from tests.unit.test_door import DATA, WRONG, posted

SCHEMAS = {path.stem: path for path in schema.documents() if path.suffix == ".json"}
FORMATS = jsonschema.FormatChecker()
TARGET = Target(date(2017, 4, 1), "low", Bound(10, 100, True), Bound(12, 100, False))
READING = Reading("on", 3, 10, "amber")


def held(name: str) -> Any:
    return json.loads(SCHEMAS[name].read_bytes())


def validator(name: str) -> Any:
    return jsonschema.Draft202012Validator(held(name), format_checker=FORMATS)


@pytest.mark.parametrize("path", schema.documents(), ids=lambda path: path.name)
def test_what_is_written_is_what_the_classes_say(path: Any) -> None:
    assert path.read_bytes() == schema.documents()[path], "stale: run `python -m holdfast.contracts.schema`"


def test_nothing_else_lies_among_the_schemas() -> None:
    assert {path.name for path in schema.FOLDER.iterdir()} == {path.name for path in SCHEMAS.values()}


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name != "asyncapi"])
def test_every_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(held(name))


@pytest.mark.parametrize("kind", DATA)
def test_every_type_of_event_fits_the_schema_of_the_door(kind: str) -> None:
    validator("door").validate(posted(kind))
    event = posted(kind)
    validator("import-line").validate({name: event[name] for name in ("subject", "fact", "type", "data")})


# What a schema can't say: instants' offsets and leap years, the sender, the clock, and two fields that disagree.
BEYOND_A_SCHEMA = {
    "bad-instant",
    "bad-date",
    "foreign-source",
    "unknown-authority",
    "recordedtime-missing",
    "recorded-ahead",
    "fact-missing",
    "too-early",
    "too-far-ahead",
    "born-after",
    "until-before-from",
    "legal-status-not-here",
}


@pytest.mark.parametrize(("kind", "path", "value"), [case[:3] for case in WRONG if case[3] not in BEYOND_A_SCHEMA])
def test_what_the_door_refuses_for_its_form_the_schema_refuses(kind: str, path: str, value: Any) -> None:
    assert not validator("door").is_valid(posted(kind, path, value))


SHIFT = Shift(Counts(2, 10, 1), Counts(3, 10, 1))
EFFECT = Effect(
    outcome="stated",
    sentence="A fact that was not known before.",
    placements_in_year=Placements(2, 3),
    figures=[
        FigureChange(indicator="distant", period="on", sentence="…", days=[DayChange(date(2026, 11, 23), SHIFT, SHIFT)])
    ],
    findings_new=[EffectFinding("contested", "…", "…", None, None)],
    findings_mended=[],
)
VALUES = [
    (
        "dry-run",
        DryRun(
            on=date(2026, 11, 23),
            today=date(2026, 11, 23),
            read_to=ReadTo("care.events", 3, 17),
            behind=0,
            definitions="1",
            figures=True,
            source="/authorities/E08000018/systems/liquidlogic",
            types=["care.discharge.v1"],
            events=[
                Tried(id="1", subject="LCS-1", verdict="accepted", errors=(), effect=EFFECT),
                Tried(id=None, subject=None, verdict="rejected", errors=(Fault("not-json", "", "…"),), effect=None),
            ],
        ),
    ),
    ("verdict", Verdict("1", "rejected", (Fault("missing", "/id", "Give id."),))),
    ("care.rejected", Rejection("E08000018", None, (RejectedFault("missing", "/id"),), "2026-11-23T12:00:00Z")),
    (
        "care.indicators",
        Figure(
            "E08000018",
            "looked_after",
            "all",
            "2026-11-23T12:00:00Z",
            [READING],
            [MonthEnd(date(2026, 10, 31), [READING])],
            [],
            "1",
            ReadTo("care.events", 3, 17),
        ),
    ),
    ("care.targets", Targets("E08000018", "looked_after", [TARGET], "someone", "2026-11-23T12:00:00Z")),
    (
        "care.alerts",
        Alert(
            "E08000018",
            "looked_after.red",
            "raised",
            "2026-11-23T12:00:00Z",
            Evidence("looked_after", date(2026, 11, 23), READING, TARGET),
            "1",
        ),
    ),
]


@pytest.mark.parametrize(("name", "value"), VALUES, ids=[name for name, _ in VALUES])
def test_what_is_sent_fits_its_schema(name: str, value: Any) -> None:
    validator(name).validate(json.loads(msgspec.json.encode(value)))


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = held("asyncapi")
    assert document["asyncapi"].startswith("3.")
    for reference in references(document):
        found = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


def references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in references(item)]
    if isinstance(value, dict):
        here = [value["$ref"]] if "$ref" in value else []
        return here + [found for item in value.values() for found in references(item)]
    return []


def test_every_code_of_the_door_is_explained_on_the_page() -> None:
    page = schema.PAGE.read_text(encoding="utf-8")
    assert all(f"| `{code}` |" in page for code in CODES)


def test_every_problem_that_intake_answers_is_explained_on_the_page() -> None:
    page = schema.PAGE.read_text(encoding="utf-8")
    folder = schema.PAGE.parents[1] / "services" / "intake"
    said = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    answered = set(re.findall(r'Problem\(\s*\d{3},\s*"([a-z-]+)"', said))
    assert len(answered) > 5
    assert answered == set(PROBLEMS)
    assert all(f"| `{code}` |" in page for code in PROBLEMS)
