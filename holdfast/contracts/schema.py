"""JSON Schemas of what travels, and an AsyncAPI document, made from the classes: `python -m holdfast.contracts.schema`.

Nothing is described twice: what is written here is how the descriptions are put together. The register for people
to read is put together in `schema_page.py`.
"""

from pathlib import Path
from typing import Any

import msgspec

from holdfast.contracts import door_forms as forms
from holdfast.contracts import topics
from holdfast.contracts.alerts import Alert
from holdfast.contracts.door_verdicts import Rejection, Verdict
from holdfast.contracts.effects import DryRun
from holdfast.contracts.events import AnyEvent
from holdfast.contracts.figures import Figure
from holdfast.contracts.schema_page import events_page
from holdfast.contracts.targets import Targets

FOLDER = Path(__file__).parent / "schemas"
PAGE = Path(__file__).parents[2] / "docs" / "events.md"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"

# File name without its end -> (title, class).
DESCRIBED: dict[str, tuple[str, Any]] = {
    "door": ("An event as a sender posts it", forms.AnyPosted),
    "verdict": ("The door's answer to one event", Verdict),
    "dry-run": ("The door's answer to a dry run", DryRun),
    topics.EVENTS: ("An event after the door", AnyEvent),
    topics.REJECTED: ("What is said of a rejected event", Rejection),
    topics.INDICATORS: ("One figure, whole", Figure),
    topics.TARGETS: ("The targets of one indicator", Targets),
    topics.ALERTS: ("The state of one rule", Alert),
}

# Topic -> (key, partitions, who sends, who receives).
_CHANNELS = {
    topics.EVENTS: ("authority/child/statement", "by authority: crc32(authority) mod partitions", "intake"),
    topics.REJECTED: ("authority", "one", "intake"),
    topics.INDICATORS: ("authority/indicator/breakdown", "one", "metrics"),
    topics.TARGETS: ("authority/indicator", "one", "gateway"),
    topics.ALERTS: ("authority/rule", "one", "metrics"),
}


def schema_of(title: str, described: Any) -> dict[str, Any]:
    """A JSON Schema (2020-12) of what a class decodes."""
    (root,), parts = msgspec.json.schema_components([described], ref_template="#/$defs/{name}")
    return {"$schema": _DIALECT, "title": title, **root, "$defs": parts}


def import_line() -> dict[str, Any]:
    """A JSON Schema of a line of an import: a child and the returns that name it, or a fact of any type."""
    kinds = list(forms.POSTED_TYPES.items())
    datas = [_data(kind) for _, kind in kinds]
    roots, parts = msgspec.json.schema_components(
        [forms.WantedChild, forms.Reference, *datas], ref_template="#/$defs/{name}"
    )
    child, reference, *said = roots
    left = {field.name: field.type for field in msgspec.structs.fields(forms.Wanted) if not field.required}
    optional = {name: msgspec.json.schema(kind) for name, kind in left.items()}
    facts = [
        {
            "type": "object",
            "properties": {"subject": reference, "fact": reference, "type": {"const": name}, "data": data, **optional},
            "required": ["subject", "fact", "type", "data"],
            "additionalProperties": False,
        }
        for (name, _), data in zip(kinds, said, strict=True)
    ]
    return {"$schema": _DIALECT, "title": "A line of an import", "oneOf": [child, *facts], "$defs": parts}


def _data(kind: type[forms.PostedEvent]) -> Any:
    return next(field.type for field in msgspec.structs.fields(kind) if field.name == "data")


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3 document: the door and the topics, their keys, and who sends what."""
    names = list(DESCRIBED)
    roots, parts = msgspec.json.schema_components(
        [described for _, described in DESCRIBED.values()], ref_template="#/components/schemas/{name}"
    )
    messages = {
        name: {"title": DESCRIBED[name][0], "contentType": _content_type(name), "payload": root}
        for name, root in zip(names, roots, strict=True)
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Holdfast",
            "version": "1",
            "description": "Events about the placements of looked-after children, and the figures made of them.",
        },
        "defaultContentType": "application/json",
        "channels": {"door": _door()} | {name: _channel(name) for name in _CHANNELS},
        "operations": {"takeEvents": _take()} | {f"send {name}": _send(name) for name in _CHANNELS},
        "components": {"messages": messages, "schemas": parts},
    }


def _content_type(name: str) -> str:
    return "application/cloudevents+json" if name in ("door", topics.EVENTS) else "application/json"


def _door() -> dict[str, Any]:
    return {
        "address": "/events",
        "description": "One event, a batch, or newline-delimited events; a verdict for each, in order. "
        "With dry_run=true, what each would change; nothing is kept.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in ("door", "verdict", "dry-run")},
    }


def _take() -> dict[str, Any]:
    return {
        "action": "receive",
        "channel": {"$ref": "#/channels/door"},
        "messages": [{"$ref": "#/channels/door/messages/door"}],
        "reply": {
            "channel": {"$ref": "#/channels/door"},
            "messages": [{"$ref": f"#/channels/door/messages/{name}"} for name in ("verdict", "dry-run")],
        },
        "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}},
    }


def _channel(name: str) -> dict[str, Any]:
    key, partitioned, sender = _CHANNELS[name]
    cleanup = next(topic.config["cleanup.policy"] for topic in topics.topics(1) if topic.name == name)
    return {
        "address": name,
        "description": f"Sent by {sender}. Key: {key}. Partitions: {partitioned}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {"kafka": {"topicConfiguration": {"cleanup.policy": [cleanup]}, "bindingVersion": "0.5.0"}},
    }


def _send(name: str) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{name}"},
        "summary": f"{_CHANNELS[name][2]} sends {DESCRIBED[name][0].lower()}",
    }


def documents() -> dict[Path, bytes]:
    """Every generated file with its content."""
    found = {f"{name}.json": schema_of(title, described) for name, (title, described) in DESCRIBED.items()}
    found |= {"import-line.json": import_line(), "asyncapi.json": asyncapi()}
    return {FOLDER / name: _pretty(value) for name, value in found.items()} | {PAGE: events_page().encode()}


def _pretty(value: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def write() -> None:
    """Write every generated file."""
    FOLDER.mkdir(exist_ok=True)
    for path, content in documents().items():
        path.write_bytes(content)


if __name__ == "__main__":
    write()
