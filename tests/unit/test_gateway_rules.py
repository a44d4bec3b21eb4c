"""The gateway's rules: roles, targets that are refused, addresses of webhooks, waits."""

from datetime import date
from typing import Any

import pytest

from holdfast.contracts.targets import Bound, Target
from services.gateway.alerts.addresses import Unusable, check_url
from services.gateway.domain import (
    Principal,
    may_in,
    refusal_of_role,
    retry_after_seconds,
)
from services.gateway.edge import Bounded
from services.gateway.figures.targets import faults_of
from services.gateway.people.sign_in import Throttle, fault_of_password

LOW = Target(date(2000, 1, 1), "low", green=Bound(96, 1000, False), red=Bound(12, 100, True))
HIGH = Target(date(2000, 1, 1), "high", green=Bound(70, 100, True), red=Bound(68, 100, False))
KNOWN = frozenset({"E08000018"})


@pytest.mark.parametrize(
    ("role", "authority", "refused"),
    [
        ("manager", "E08000018", False),
        ("analyst", "E08000018", False),
        ("operator", None, False),
        ("operator", "E08000018", True),
        ("manager", None, True),
        ("analyst", "E99999999", True),
        ("panel", "E08000018", True),
        ("public", "E08000018", True),
        ("regional", None, True),
        ("steward", "E08000018", False),
        ("steward", None, True),
        ("auditor", None, True),
        ("king", "E08000018", True),
    ],
)
def test_only_exact_roles_of_one_authority_and_operators_can_be_made(
    role: str, authority: str | None, refused: bool
) -> None:
    assert (refusal_of_role(role, authority, KNOWN) is not None) is refused


@pytest.mark.parametrize("role", ["public", "panel", "regional"])
def test_a_role_that_needs_a_mask_is_refused_in_a_sentence_that_says_why(role: str) -> None:
    assert "mask" in (refusal_of_role(role, "E08000018", KNOWN) or "")


ACTIONS = ("figures", "children", "alerts", "targets", "webhooks", "imports", "operations")


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("manager", {"figures", "children", "alerts"}),
        ("analyst", {"figures", "children", "alerts", "targets", "webhooks", "imports"}),
        ("steward", {"figures", "children", "alerts", "targets", "webhooks", "imports"}),
        ("panel", set()),
        ("nobody", set()),
    ],
)
def test_each_role_may_do_what_the_table_says_in_its_own_authority_and_nothing_in_another(
    role: str, allowed: set[str]
) -> None:
    principal = Principal("user:1", "person", role, "E08000018")
    assert {action for action in ACTIONS if may_in(principal, action, "E08000018")} == allowed
    assert not any(may_in(principal, action, "E08000016") for action in ACTIONS)


@pytest.mark.parametrize(
    ("url", "demonstration", "fine"),
    [
        ("https://example.org/hook", False, True),
        ("https://example.org:8443/hook?x=1", False, True),
        ("http://example.org/hook", False, False),
        ("http://example.org/hook", True, False),
        ("http://127.0.0.1:9000/", True, True),
        ("http://localhost:9000/", True, True),
        ("http://127.0.0.1:9000/", False, False),
        ("https://127.0.0.1/", False, False),
        ("https://10.1.2.3/", True, False),
        ("https://169.254.169.254/latest", False, False),
        ("https://[::1]/", False, False),
        ("https://[::ffff:10.0.0.1]/", False, False),
        ("https://192.168.0.1/", False, False),
        ("https://user:secret@example.org/", False, False),
        ("https://example.org/#part", False, False),
        ("https:///nowhere", False, False),
        ("ftp://example.org/", True, False),
        ("https://example.org:99999/", False, False),
        ("https://exa mple.org/", False, False),
    ],
)
def test_webhooks_go_to_public_addresses_over_tls(url: str, demonstration: bool, fine: bool) -> None:
    if fine:
        check_url(url, demonstration=demonstration)
    else:
        with pytest.raises(Unusable):
            check_url(url, demonstration=demonstration)


def test_waits_between_attempts_grow_fourfold_up_to_an_hour_with_a_fifth_of_jitter() -> None:
    assert [retry_after_seconds(attempt, 5, 0.5) for attempt in (1, 2, 3, 7)] == [5, 20, 80, 3600]
    assert retry_after_seconds(1, 5, 0) == 4
    assert retry_after_seconds(1, 5, 1) == pytest.approx(6)


def test_failures_wait_out_their_window_and_the_names_held_are_bounded() -> None:
    throttle = Throttle(3, 60, names=2)
    for _ in range(3):
        assert throttle.wait_seconds("a", 0) == 0
        throttle.failed("a", 0)
    assert throttle.wait_seconds("a", 10) == 50
    assert throttle.wait_seconds("a", 61) == 0
    throttle.failed("b", 0)
    throttle.failed("c", 0)
    assert throttle.wait_seconds("a", 10) == 0  # forgotten: two newer names are held
    throttle.succeeded("b")
    assert throttle.wait_seconds("b", 0) == 0


def test_a_short_password_is_refused() -> None:
    assert fault_of_password("short") is not None
    assert fault_of_password("three random words") is None


DAY = date(2017, 4, 1)
TENTH, FIFTH = Bound(10, 100, True), Bound(20, 100, False)


@pytest.mark.parametrize(
    ("target", "counted", "code", "pointer"),
    [
        (LOW, False, "", ""),
        (HIGH, False, "", ""),
        (Target(DAY, "high", green=FIFTH), False, "", ""),
        (Target(DAY, "low", green=Bound(13, 100, True), red=Bound(12, 100, True)), False, "overlap", "/0/red"),
        (Target(DAY, "high", green=Bound(11, 100, True), red=Bound(12, 100, True)), False, "overlap", "/0/red"),
        (Target(DAY, "low", green=Bound(12, 100, True), red=Bound(12, 100, True)), False, "overlap", "/0/red"),
        (Target(DAY, "low", green=Bound(12, 100, True), red=Bound(120, 1000, False)), False, "", ""),
        (Target(DAY, "low", green=Bound(1, 0, True)), False, "no-fraction", "/0/green"),
        (Target(DAY, "low", green=Bound(-1, 100, True)), False, "no-fraction", "/0/green"),
        (Target(DAY, "low", green=TENTH, red=Bound(12, 1, True)), False, "no-fraction", "/0/red"),
        (Target(DAY, "low", green=Bound(12, 1, True)), True, "", ""),
        (Target(DAY, "low", green=Bound(12, 100, True)), True, "no-fraction", "/0/green"),
        (Target(DAY, "within", low=TENTH, high=FIFTH), False, "", ""),
        (Target(DAY, "within", low=TENTH, high=TENTH), False, "", ""),
        (Target(DAY, "within", low=FIFTH, high=TENTH), False, "empty", "/0/low"),
        (Target(DAY, "within", low=FIFTH, high=Bound(20, 100, True)), False, "empty", "/0/low"),
        (Target(DAY, "within", low=TENTH, high=Bound(3, 2, True)), False, "no-fraction", "/0/high"),
        (Target(DAY, "within", low=Bound(5, 1, True), high=Bound(9, 1, True)), True, "", ""),
    ],
)
def test_targets_that_overlap_or_are_no_fractions_are_refused_where_they_are_wrong(
    target: Target, counted: bool, code: str, pointer: str
) -> None:
    found = [(fault["code"], fault["pointer"]) for fault in faults_of([target], counted=counted)]
    assert found == ([(code, pointer)] if code else [])


def test_two_targets_of_one_day_are_refused() -> None:
    assert [fault["code"] for fault in faults_of([LOW, HIGH])] == ["same-day"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-length": "262144"}, 200),
        ({"content-length": "262145"}, 413),
        ({"content-length": "many"}, 413),
        ({"transfer-encoding": "chunked"}, 411),
        ({}, 200),
    ],
)
async def test_a_body_too_long_or_of_unknown_length_is_refused_before_it_is_read(
    headers: dict[str, str], status: int
) -> None:
    answered: list[int] = []

    async def answers(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    async def receive() -> Any:
        raise AssertionError("the body was read")

    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    await Bounded(answers)({"type": "http", "method": "POST", "path": "/", "headers": sent}, receive, send)
    assert answered == [status]
