"""Who may come in and what each may see, over HTTP: sessions, forms, roles, authorities, tokens, the command line."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from holdfast.contracts import topics
from holdfast.contracts.authorities import authorities
from holdfast.runtime.clock import london_date
from services.gateway.people.secret import hash_of
from tests.integration.conftest import a_database, free_ports
from tests.integration.gateway_rig import PASSWORD, Events, Running, eventually, running_gateway, sign_in
from tests.integration.gateway_said import CHILD, every_figure, say

HERE, ELSEWHERE = sorted(authorities())[50:52]
# Nobody says anything of this one.
EMPTY = sorted(authorities())[-1]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def gateway(kafka: str, postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    one, two = free_ports(2)
    home = tmp_path_factory.mktemp("gateway")
    with a_database(postgres_server) as url, running_gateway(kafka, url, home, (one, two)) as running:
        for role in ("manager", "analyst"):
            running.person(role, role, HERE)
        running.person("operator", "operator", None)
        as_at = datetime.now(UTC).isoformat()
        say(kafka, topics.INDICATORS, *every_figure(HERE, as_at=as_at, offset=time.time_ns()))
        yield running


def test_without_a_session_pages_lead_to_the_form_and_machines_get_401(gateway: Running) -> None:
    browser = gateway.http(headers={"Accept": "text/html"})
    answer = browser.get(f"/authorities/{HERE}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next=/authorities/{HERE}")
    for path in (f"/api/authorities/{HERE}/indicators", f"/live?authority={HERE}"):
        answer = gateway.http().get(path)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.headers["content-type"] == "application/problem+json"
    assert gateway.http("hfr_made-up").get(f"/api/authorities/{HERE}/indicators").status_code == 401


def test_a_person_signs_in_reads_and_signs_out(gateway: Running) -> None:
    browser = gateway.http(headers={"Accept": "text/html"})
    answer = sign_in(browser, "Manager", PASSWORD)  # however it is written
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert browser.get("/").headers["location"] == f"/authorities/{HERE}"
    page = eventually("figures", lambda: (a := browser.get(f"/authorities/{HERE}")) and "data-tile" in a.text and a)
    assert page.headers["cache-control"] == "no-store"
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    kept = browser.cookies["holdfast_session"]
    assert browser.post("/sign-out", data={"csrf_token": token[1]}).status_code == 303
    browser.cookies.set("holdfast_session", kept)
    assert browser.get(f"/authorities/{HERE}").status_code == 303


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(gateway: Running) -> None:
    answers = [sign_in(gateway.http(), name, "wrong password") for name in ("manager", "nobody")]
    assert [answer.status_code for answer in answers] == [403, 403]
    bodies = [re.sub(r'value="[^"]*"', "", answer.text) for answer in answers]
    assert bodies[0] == bodies[1]
    assert "set-cookie" not in answers[0].headers or "holdfast_session" not in answers[0].headers["set-cookie"]


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(gateway: Running) -> None:
    gateway.person("throttled")
    browser = gateway.http()
    assert [sign_in(browser, "throttled", "wrong").status_code for _ in range(5)] == [403] * 5
    answer = sign_in(browser, "throttled", PASSWORD)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 60


@pytest.mark.parametrize(
    "onward", ["//evil.example", "https://evil.example", "/\\evil.example", "/authorities/\\x", "x"]
)
def test_signing_in_never_leads_to_another_site(gateway: Running, onward: str) -> None:
    browser = gateway.http()
    browser.get("/sign-in")
    form = {"csrf_token": browser.cookies["holdfast_form"], "name": "manager", "password": PASSWORD, "next": onward}
    assert browser.post("/sign-in", data=form).headers["location"] == "/"


def test_a_forged_request_is_refused(gateway: Running) -> None:
    browser = gateway.signed_in("analyst")
    page = browser.get(f"/authorities/{HERE}").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    right = {"X-CSRF-Token": token[1], "Accept": "application/json"}
    path = f"/api/authorities/{HERE}/targets/missing_now"

    def put(**headers: str) -> int:
        return browser.put(path, content=b"[]", headers=headers).status_code

    assert put(**right) == 200
    assert put(**right, Origin=gateway.url) == 200
    assert put(Accept="application/json") == 403
    assert put(**right | {"X-CSRF-Token": "guessed"}) == 403
    assert put(**right, Origin="https://evil.example") == 403
    assert put(**right, Origin="null") == 403
    assert put(**right, **{"Sec-Fetch-Site": "cross-site"}) == 403
    assert browser.post("/sign-out", data={}).status_code == 403
    other = gateway.http()
    other.get("/sign-in")
    form = {"csrf_token": "guessed", "name": "manager", "password": PASSWORD}
    assert other.post("/sign-in", data=form).status_code == 403


def test_a_session_ends_with_its_time_and_with_its_person(gateway: Running) -> None:
    gateway.person("leaving", "manager", HERE)
    browser = gateway.signed_in("leaving")
    assert browser.get(f"/authorities/{HERE}").status_code == 200
    digest = hash_of(browser.cookies["holdfast_session"])
    gateway.execute("UPDATE sessions SET expires_at = now() - interval '1 second' WHERE token_hash = $1", digest)
    assert browser.get(f"/authorities/{HERE}").status_code == 303
    browser = gateway.signed_in("leaving")
    gateway.store(lambda store: store.disable_user("LEAVING"))
    assert browser.get(f"/authorities/{HERE}").status_code == 303
    assert sign_in(gateway.http(), "leaving", PASSWORD).status_code == 403


def test_nothing_secret_is_kept_as_it_is(gateway: Running) -> None:
    browser, token = gateway.signed_in("manager"), gateway.token("analyst", HERE)
    kept = str(gateway.execute("SELECT * FROM users")) + str(gateway.execute("SELECT * FROM reader_tokens"))
    kept += str(gateway.execute("SELECT token_hash, user_id, expires_at FROM sessions"))
    assert PASSWORD not in kept
    assert token not in kept
    assert browser.cookies["holdfast_session"] not in kept
    assert "$argon2id$" in kept


PATHS = {
    "figures": f"/api/authorities/{HERE}/indicators",
    "scorecard": f"/authorities/{HERE}",
    "indicator": f"/authorities/{HERE}/indicators/looked_after",
    "children": f"/authorities/{HERE}/indicators/looked_after/children",
    "child": f"/authorities/{HERE}/children/{CHILD}",
    "alerts": f"/api/authorities/{HERE}/alerts",
    "webhooks": f"/api/authorities/{HERE}/webhooks",
    "operations": "/operations",
}
MAY = {
    "manager": {"figures", "scorecard", "indicator", "children", "child", "alerts"},
    "analyst": {"figures", "scorecard", "indicator", "children", "child", "alerts", "webhooks"},
    "operator": {"operations"},
}


@pytest.mark.parametrize("role", MAY)
def test_each_role_sees_its_pages_and_no_others(gateway: Running, role: str) -> None:
    browser = gateway.signed_in(role)
    eventually("held", lambda: gateway.http(gateway.token("analyst", HERE)).get(PATHS["figures"]).status_code == 200)
    for name, path in PATHS.items():
        expected = 200 if name in MAY[role] else 403
        assert browser.get(path, headers={"Accept": "application/json"}).status_code == expected, name


def test_an_operator_sees_how_each_process_says_that_it_is(gateway: Running) -> None:
    browser = gateway.signed_in("operator")

    def told() -> dict[str, tuple[str, str]]:
        row = r'<th scope="row">([^<]+)</th><td><span class="well [a-z]+">([^<]+)</span></td><td>([^<]+)</td>'
        return {name: (state, says) for name, state, says in re.findall(row, browser.get("/operations").text)}

    seen = told()
    assert seen["gateway"] == ("Well", "answering")
    assert seen["placements"] == seen["metrics"] == ("Well", "ready")
    assert seen["intake"] == seen["metrics-2"] == ("Not well", "not answering")
    gateway.register.fault = "the ledgers of 2 authorities are being derived"
    try:
        assert told()["metrics"] == ("Not well", "not ready: the ledgers of 2 authorities are being derived")
    finally:
        gateway.register.fault = ""


@pytest.mark.parametrize("role", ["manager", "analyst"])
def test_nobody_sees_anything_of_another_authority(gateway: Running, role: str) -> None:
    elsewhere = gateway.http(gateway.token(role, ELSEWHERE))
    before = len(gateway.register.asked)
    for name, path in [
        *PATHS.items(),
        ("live", f"/live?authority={HERE}"),
        ("tiles", f"/live?authority={HERE}&view=scorecard"),
    ]:
        answer = elsewhere.get(path)
        assert answer.status_code == 403, name
        assert answer.headers["content-type"] == "application/problem+json"
    assert elsewhere.put(f"/api/authorities/{HERE}/targets/missing_now", content=b"[]").status_code == 403
    assert elsewhere.post(f"/api/authorities/{HERE}/webhooks", json={"url": "https://example.org"}).status_code == 403
    assert len(gateway.register.asked) == before


def test_an_operator_sees_health_and_no_figure_and_no_child(gateway: Running) -> None:
    browser = gateway.signed_in("operator")
    page = browser.get("/").next_request
    assert page is not None
    text = browser.send(page).text
    assert "care.indicators" in text
    assert "not answering" in text  # the door, which isn't there
    assert "data-indicator" not in text
    assert browser.get(f"/live?authority={HERE}").status_code == 403


def test_the_register_is_told_who_asks_and_why(gateway: Running) -> None:
    browser = gateway.signed_in("manager")
    page = browser.get(PATHS["child"])
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    claims, what, _ = gateway.register.asked[-1]
    assert (claims.role, claims.authority, claims.purpose) == ("manager", HERE, "journey")
    assert claims.user.startswith("user:")
    assert what == f"children/{CHILD}"
    assert browser.get(f"/authorities/{HERE}/children/{'b' * 26}").status_code == 404
    assert browser.get(f"/authorities/{HERE}/children/..%2Fx").status_code == 404
    page = browser.get(PATHS["children"] + "?on=2017-06-30&breakdown=sex:male")
    assert page.text.count(f"/children/{CHILD}") == 1
    assert gateway.register.asked[-1][2] == {
        "indicator": "looked_after", "on": "2017-06-30", "breakdown": "sex:male", "period": "on"
    }  # fmt: skip


def test_every_answer_carries_the_headers_that_protect_its_reader(gateway: Running) -> None:
    for path in ("/sign-in", "/livez", "/static/live.js", f"/api/authorities/{HERE}/indicators"):
        headers = gateway.http().get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
    assert "no-store" not in gateway.http().get("/static/holdfast.css").headers["cache-control"]


def test_away_from_a_laptop_cookies_travel_over_tls_alone(gateway: Running) -> None:
    settings = gateway.settings.model_copy(update={"demonstration": False, "host": "0.0.0.0"})
    assert settings.secure_cookies
    assert not gateway.settings.secure_cookies


def test_a_stream_ends_when_its_token_is_revoked(gateway: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.gateway.figures.live.ASK_AGAIN_SECONDS", 0.1)
    token = gateway.token("analyst", HERE)
    stream = Events(gateway.http(token), HERE)
    eventually("figures", stream.figures)
    gateway.execute("UPDATE reader_tokens SET revoked_at = now() WHERE secret_hash = $1", hash_of(token))
    say(
        gateway.kafka,
        topics.INDICATORS,
        *every_figure(HERE, as_at=datetime.now(UTC).isoformat(), offset=time.time_ns())[:1],
    )
    eventually("the stream ended", lambda: stream.ended)


def test_a_token_is_good_through_its_last_day(gateway: Running) -> None:
    day = london_date(datetime.now(UTC))
    path = PATHS["figures"]
    assert gateway.http(gateway.token("analyst", HERE, day)).get(path).status_code == 200
    assert gateway.http(gateway.token("analyst", HERE, day - timedelta(days=1))).get(path).status_code == 401


def command(gateway: Running, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    assert gateway.settings.signing_key is not None
    settings = {
        "HOLDFAST_DATABASE_URL": gateway.database_url,
        "HOLDFAST_KAFKA": gateway.kafka,
        "HOLDFAST_SIGNING_KEY": gateway.settings.signing_key.get_secret_value(),
        "HOLDFAST_HOME": str(gateway.settings.home),
        "HOLDFAST_DEMONSTRATION": "true",
    }
    return subprocess.run(
        [sys.executable, "-m", "services.gateway", *arguments],
        cwd=ROOT, env=os.environ | settings, input=given, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_the_command_line_makes_lists_and_ends_tokens(gateway: Running) -> None:
    made = command(gateway, "token", "create", "--authority", HERE, "--reader", "--role", "analyst")
    assert made.returncode == 0, made.stderr
    token = made.stdout.strip()
    assert "\n" not in token
    reader = gateway.http(token)
    assert reader.get(PATHS["figures"]).status_code == 200
    rows = gateway.execute("SELECT id FROM reader_tokens WHERE secret_hash = $1", hash_of(token))
    assert rows[0]["id"] in command(gateway, "token", "list", "--reader").stdout
    assert command(gateway, "token", "revoke", rows[0]["id"]).returncode == 0
    assert reader.get(PATHS["figures"]).status_code == 401
    assert command(gateway, "token", "revoke", "nonesuch").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["token", "create", "--authority", HERE, "--role", "panel"], "mask"),
        (["token", "create", "--authority", "E99999999", "--role", "analyst"], "not the code"),
        (["token", "create", "--authority", HERE, "--role", "operator"], "manager or analyst"),
        (["user", "create", "--name", "x", "--role", "public", "--authority", HERE, "--password-stdin"], "mask"),
        (["user", "create", "--name", "x", "--role", "manager", "--password-stdin"], "one authority"),
        (["user", "create", "--name", "manager", "--role", "manager", "--authority", HERE, "--password-stdin"],
         "already"),
        (["user", "disable", "nonesuch"], "nobody called"),
        (["demonstration", "--authority", "E99999999"], "not the code"),
    ],
)  # fmt: skip
def test_what_can_not_be_made_is_refused_in_a_sentence(gateway: Running, arguments: list[str], said: str) -> None:
    done = command(gateway, *arguments, given=PASSWORD + "\n")
    assert done.returncode == 1
    assert done.stdout == ""
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_command_line_makes_people_as_the_launcher_asks_for_them(gateway: Running) -> None:
    short = ["user", "create", "ann", "--role", "operator", "--authority", HERE, "--password-stdin"]
    assert "too short" in command(gateway, *short, given="short\n").stderr
    made = command(gateway, *short, given=PASSWORD + "\n")
    assert made.returncode == 0, made.stderr
    assert gateway.signed_in("ann").get("/operations").status_code == 200
    again = command(gateway, *short, "--replace", given="another long password\n")
    assert again.returncode == 0, again.stderr
    assert sign_in(gateway.http(), "ann", "another long password").status_code == 303
    assert "ann" in command(gateway, "user", "list").stdout
    assert command(gateway, "user", "disable", "ann").returncode == 0


def test_the_demonstrations_targets_are_set_once_and_those_an_analyst_set_are_kept(gateway: Running) -> None:
    reader = gateway.http(gateway.token("analyst", HERE))
    for _ in range(2):
        done = command(gateway, "demonstration", "--authority", HERE)
        assert done.returncode == 0, done.stderr
    path = f"/api/authorities/{HERE}/targets/three_or_more_placements"
    target = eventually("it is read", lambda: reader.get(path).json())[0]
    assert date.fromisoformat(target["in_force_from"]) == date(2000, 1, 1)
    assert target["red"] == {"value": 12, "of": 100, "inclusive": True}
    own = [{"in_force_from": "2017-04-01", "good": "low", "green": {"value": 1, "of": 10, "inclusive": True}}]
    assert reader.put(path, json=own).status_code == 200
    assert command(gateway, "demonstration", "--authority", HERE).returncode == 0
    eventually("kept", lambda: reader.get(path).json() == own)


def test_a_page_of_an_authority_without_figures_says_what_to_do(gateway: Running) -> None:
    empty = gateway.http(gateway.token("analyst", EMPTY), headers={"Accept": "text/html"})
    page = empty.get(f"/authorities/{EMPTY}")
    assert page.status_code == 200
    assert f"holdfast import FOLDER --authority {EMPTY}" in page.text
    missing = empty.get(f"/authorities/{EMPTY}/indicators/looked_after")
    assert missing.status_code == 404
    assert "text/html" in missing.headers["content-type"]
    assert isinstance(empty, httpx.Client)
