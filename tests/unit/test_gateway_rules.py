"""The gateway's rules: roles, percentages and bounds, travel, addresses of webhooks, waits."""

from datetime import date
from typing import Any

import pytest

from holdfast.contracts.figures import MonthEnd, Reading
from holdfast.contracts.targets import Bound, Target
from services.gateway.addresses import Unusable, check_url
from services.gateway.domain import (
    Principal,
    bound_words,
    may_in,
    month_end_before,
    percent,
    refusal_of_role,
    retry_after_seconds,
    travel,
)
from services.gateway.edge import Bounded
from services.gateway.sign_in import Throttle, fault_of_password
from services.gateway.targets import faults_of

LOW = Target(date(2000, 1, 1), "low", green=Bound(96, 1000, False), red=Bound(12, 100, True))
HIGH = Target(date(2000, 1, 1), "high", green=Bound(70, 100, True), red=Bound(68, 100, False))
KNOWN = frozenset({"E08000018"})


@pytest.mark.parametrize(
    ("numerator", "denominator", "target", "shown"),
    [
        (63, 522, LOW, "12.1%"),
        (49, 409, LOW, "11.98%"),  # not 12.0%, which is red
        (12, 100, LOW, "12.0%"),
        (9_599, 100_000, LOW, "9.599%"),  # not 9.60%, which is not green
        (6_996, 10_000, HIGH, "69.96%"),  # not 70.0%, which is green
        (67_999_999, 100_000_000, HIGH, "67.999999%"),
        (90, 145, HIGH, "62.1%"),
        (1, 3, None, "33.3%"),
        (1, 2000, None, "0.1%"),  # half up
        (0, 10, LOW, "0.0%"),
        (10, 10, HIGH, "100.0%"),
        (0, 0, LOW, None),
        (5, None, None, None),
    ],
)
def test_a_percentage_is_never_printed_on_the_other_side_of_a_bound(
    numerator: int, denominator: int | None, target: Target | None, shown: str | None
) -> None:
    assert percent(numerator, denominator, target) == shown


def test_bounds_are_worded_with_what_happens_at_their_edge() -> None:
    assert bound_words(LOW) == ("12% or more", "below 9.6%")
    assert bound_words(HIGH) == ("below 68%", "70% or more")
    assert bound_words(Target(date(2000, 1, 1), "high", green=Bound(875, 1000, False)))[0] is None


def test_travel_is_held_against_the_month_end_before_as_exact_fractions() -> None:
    ends = [MonthEnd(date(2017, 5, 31), []), MonthEnd(date(2017, 6, 30), [])]
    found = month_end_before(ends, date(2017, 6, 30))
    assert found is not None
    assert found.on == date(2017, 5, 31)
    assert month_end_before([], date(2017, 6, 30)) is None
    assert travel(Reading("on", 2, 4), Reading("on", 1, 2)) == "same"
    assert travel(Reading("on", 333, 1000), Reading("on", 1, 3)) == "down"
    assert travel(Reading("on", 1, 0), Reading("on", 1, 3)) is None
    assert travel(Reading("month", 5), Reading("month", 4)) == "up"


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
        ("steward", "E08000018", True),
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


ACTIONS = ("figures", "children", "alerts", "targets", "webhooks", "operations")


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("manager", {"figures", "children", "alerts"}),
        ("analyst", {"figures", "children", "alerts", "targets", "webhooks"}),
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


def test_targets_that_overlap_or_are_no_fractions_are_refused_where_they_are_wrong() -> None:
    day = date(2017, 4, 1)
    assert faults_of([LOW, HIGH])[0]["code"] == "same-day"
    assert faults_of([LOW]) == faults_of([HIGH]) == []
    crossed = Target(day, "low", green=Bound(13, 100, True), red=Bound(12, 100, True))
    assert faults_of([crossed])[0]["pointer"] == "/0/red"
    touching = Target(day, "low", green=Bound(12, 100, True), red=Bound(12, 100, True))
    assert faults_of([touching])[0]["code"] == "overlap"
    assert faults_of([Target(day, "low", green=Bound(1, 0, True))])[0]["pointer"] == "/0/green"


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
