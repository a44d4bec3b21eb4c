"""The register of events for people to read, made from the classes that the door decodes: `docs/events.md`.

It says what may be posted; why each field is there is told elsewhere.
"""

from collections.abc import Iterator

import msgspec
from msgspec import Struct
from msgspec import inspect as mi

from holdfast.contracts import door_forms as forms
from holdfast.contracts.door_verdicts import CODES, PROBLEMS

_HEAD = """# Events

Made from the code by `python -m holdfast.contracts.schema`; a test fails when it is stale. The same as JSON Schemas,
with an AsyncAPI document, is in `holdfast/contracts/schemas`.

Every event is a CloudEvent 1.0 posted to `POST /events`, alone (`application/cloudevents+json`), as a JSON array
(`application/cloudevents-batch+json`, up to 10,000 events and 8 MiB) or a line each (`application/x-ndjson`, of any
length; read the verdicts while you send). The answer is a verdict for each event, in order, as a JSON array, also for
one event, or a line each: `{"id", "verdict", "errors": [{"code", "pointer", "message"}]}`, with the verdict `accepted`,
`rejected` or `unavailable`. Accepted means that it is durable. What is `unavailable`, or answered 503, is sent again as
it was: the same statement twice counts once.

## What a statement is about

An event states a *fact*: an admission, a move, a missing episode. Give each one a name of its own in `fact`, unique for
the child within your system, such as `placement/88213`, and use that name again whenever you correct it. The statement
with the latest `recordedtime` stands, whole, whatever order the statements come in. `care.withdrawal.v1` with the same
`fact` says that it never was. An event without `fact` is named by its `id`, so two events of one child with one `id`
are two statements of one fact. With `fact`, `recordedtime` is required; without, `time` stands in for it.

`time` is when it happened, where you know an instant; the dates in `data` decide. Instants are kept in UTC.
`dataschema` and `tracestate` are read and not kept: they are free text.

## A dry run

`POST /events?dry_run=true` takes up to 100 events in any of the three forms and answers what each would change. Nothing
is kept and nothing is sent: no child, no statement, no rejected event. The answer is one JSON object, whatever form the
events came in; its schema is `dry-run.json`. `events` holds one entry an event, in order: `id`, `subject`, the very
`verdict` and `errors` that a real posting would get, and where accepted the `effect`:

- `outcome`: `stated`, a fact not known before; `restated`, this replaces what was stated of the fact; `withdrawn`, the
  fact never was; `outvoted`, another statement of the fact stands; `duplicate`, this very statement was made already;
- `sentence`: all of it in plain English;
- `placements_in_year`: in how many placements the child was in the twelve months to the day, `before` and `after`,
  where that changes;
- `figures`: each `indicator` and `period` that changes, with a `sentence` and the `days` on which it does: `child`,
  what the child counts for `before` and `after`; `authority`, the authority's own figure, for a token that may see it;
- `findings_new` and `findings_mended`: what would not add up, and what would again: `code`, `sentence`, `mend`, the day
  `on`, and the `fact` where it is one that you sent.

Events of one request are tried together, in their order: each effect is on top of those before it. The days looked at
are today, or `on=2017-06-30` where the address gives one; the 24 month ends up to it; and the 12 after it, *if nothing
more is said*. Figures are those of the whole, without breakdowns. The answer is as of `read_to`, a place on
`care.events`; what was posted before it was asked is in it, unless `behind` says how many records had still to be read.
`source` and `types` say what the token may state. Figures of the authority are told to tokens made with
`holdfast token create … --figures`. A token may make two dry runs a second; more are 429, and 503 means that the
register is away: both say `Retry-After`.
"""

_IMPORTS = """## An import

`POST /imports?system=ssda903` takes facts as they ought to stand, a line each as newline-delimited JSON (up to 10,000
lines and 8 MiB a request), and publishes those that differ from what the system itself last stated: sending the same
twice publishes nothing. A line is `{"subject", "fact", "type", "data"}`, as in an event, and optionally `not_restated`,
the fields that stay as they were last stated, and `untold`, what the fact's row of a return says beyond its facts.

A child's line, before its facts, says which returns of the import name the child, by the 31 March that ends their year:
`{"subject": "398768", "years": ["2018-03-31"]}`. All facts of a child are in one request. What was last stated of the
child in one of those years and is in none of its lines has gone. It is counted, and withdrawn only with
`withdraw=true`. With `dry_run=true` nothing is kept or published, and the answer says what would be.

| in the answer | meaning |
| --- | --- |
| `published` | facts stated now: `new` ones, and those `restated` that had been stated otherwise |
| `unchanged` | facts that stand as the lines want them |
| `withdrawn` | facts that have gone; published too where `withdraw=true` |
| `held` | facts that were held of the years that the children's lines name |
| `rows_withdrawn`, `rows_held` | the same in rows of the return |
| `remembered` | children of whom there is something to remember, such as that a return of another year names them |
| `outvoted` | facts left as a later return, imported before, has them |
| `recordedtime` | when it counts as recorded, as asked for or else now: give it with the import's other requests |
| `later` | facts recorded later, to outvote a later statement: `line`, `subject`, `fact`, `recordedtime` |
| `rejected` | lines not taken: `line`, counted from 1, `subject`, `fact`, `code`, `pointer`, `message` |

"""


def events_page() -> str:
    """The page, as Markdown."""
    parts = [_HEAD, "## What every event carries\n", *_table(forms.PostedEvent, "data"), ""]
    for name, kind in forms.POSTED_TYPES.items():
        data = next(field.type for field in msgspec.structs.fields(kind) if field.name == "data")
        parts += [f"## `{name}`\n", f"{_sentence(data)}\n", *_table(data), ""]
    for title, part in (("placement", forms.PostedPlacement), ("return_interview", forms.PostedInterview)):
        parts += [f"## `{title}`\n", f"{_sentence(part)}\n", *_table(part), ""]
    parts += [_IMPORTS + "### A child's line\n", f"{_sentence(forms.WantedChild)}\n", *_table(forms.WantedChild), ""]
    parts += ["### `untold`\n", f"{_sentence(forms.Untold)}\n", *_table(forms.Untold), ""]
    parts += ["### `silent`\n", f"{_sentence(forms.SilentYear)}\n", *_table(forms.SilentYear), ""]
    parts += ["## Codes of faults\n", "| code | meaning |", "| --- | --- |"]
    parts += [f"| `{code}` | {meaning} |" for code, meaning in CODES.items()]
    parts += ["", "## Problems of a whole request\n", "| `/problems/…` | meaning |", "| --- | --- |"]
    parts += [f"| `{code}` | {meaning} |" for code, meaning in PROBLEMS.items()]
    return "\n".join(parts) + "\n"


def _sentence(kind: type[Struct]) -> str:
    return " ".join((kind.__doc__ or "").split())


def _table(kind: type[Struct], *left_out: str) -> Iterator[str]:
    described = mi.type_info(kind)
    assert isinstance(described, mi.StructType)
    rows = [field for field in described.fields if field.name not in left_out]
    if not rows:
        yield "No fields."
        return
    yield "| name | | value |"
    yield "| --- | --- | --- |"
    if described.tag_field or kind is forms.PostedEvent:
        yield "| `type` | required | one of the types below |"
    for field in rows:
        yield f"| `{field.encode_name}` | {'required' if field.required else 'optional'} | {_value(field.type)} |"


def _value(described: mi.Type) -> str:
    extra: dict[str, object] = {}
    while isinstance(described, mi.Metadata | mi.UnionType):
        if isinstance(described, mi.Metadata):
            extra |= described.extra or {}
            described = described.type
        else:
            described = next(kind for kind in described.types if not isinstance(kind, mi.NoneType))
    codes = extra.get("codes")
    if isinstance(codes, frozenset):
        return f"{extra['list']}: {', '.join(f'`{code}`' for code in sorted(codes))}"
    if "day_or_instant" in extra:
        return "a date `YYYY-MM-DD`, or an RFC 3339 instant with its offset"
    return _plain(described)


def _plain(described: mi.Type) -> str:
    match described:
        case mi.StrType(pattern=str(pattern)):
            return f"text of the form `{pattern}`".replace("|", "\\|")
        case mi.StrType():
            return f"text of {described.min_length or 0} to {described.max_length} characters"
        case mi.IntType() | mi.FloatType():
            whole = "whole number" if isinstance(described, mi.IntType) else "number"
            return f"{whole} from {described.ge} to {described.le}"
        case mi.BoolType():
            return "`true` or `false`"
        case mi.DateType():
            return "a date `YYYY-MM-DD`"
        case mi.DateTimeType():
            return "an RFC 3339 instant with its offset"
        case mi.ListType(item_type=item):
            return f"a list of up to {described.max_length}: {_value(item)}"
        case mi.LiteralType():
            return ", ".join(f"`{value}`" for value in described.values)
        case _:
            return "see below"
