"""What the tests of uploads share: a small return, and an upload taken through its pages as a browser does."""

import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

from holdfast.contracts.authorities import authorities
from tests.integration.conftest import a_database, free_ports
from tests.integration.gateway_rig import Running, eventually, running_gateway

HERE, ELSEWHERE = sorted(authorities())[60:62]
IMPORT = f"/authorities/{HERE}/import"

EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n"
# The references stand out, so that they can be looked for.
CHILDREN = [f"REF-{number:05}" for number in range(3)]
GOOD = {
    "2017-episodes.csv": EPISODES
    + "".join(f"{child},09/04/2017,S,C1,N1,U6,PR1,31/10/2017,E4A,,,B1 1AA,\n" for child in CHILDREN),
    "2017-header.csv": HEADER + "".join(f"{child},2,05/06/2010,WBRI,A123456789012,,\n" for child in CHILDREN),
}
ODD = GOOD | {
    "2017-episodes.csv": GOOD["2017-episodes.csv"]
    + "REF-90001,31/02/2017,S,C1,N1,U6,PR1,,,,,B1 1AA,\n"
    + "REF-90002,09/04/2017,S,C1,N1,ZZ,PR1,,,,,B1 1AA,\n"
}


@contextmanager
def importing_gateway(kafka: str, postgres_server: str, home: Path) -> Iterator[Running]:
    """A gateway with narrow bounds and people of every role."""
    bounds = {"uploads": 2, "upload_mebibytes": 1, "upload_files": 5}
    with (
        a_database(postgres_server) as url,
        running_gateway(kafka, url, home, tuple(free_ports(3)), **bounds) as running,
    ):
        for name, role in (("analyst", "analyst"), ("ann", "analyst"), ("bob", "analyst"), ("manager", "manager")):
            running.person(name, role, HERE)
        running.person("else", "analyst", ELSEWHERE)
        running.person("operator", "operator", None)
        yield running


@contextmanager
def browsing(gateway: Running, name: str = "analyst") -> Iterator[httpx.Client]:
    """Somebody's browser; what they uploaded is forgotten afterwards."""
    with closing(gateway.signed_in(name)) as browser:
        yield browser
        sign_out(browser)


def sign_out(browser: httpx.Client) -> None:
    assert browser.post("/sign-out", data={"csrf_token": token_of(browser)}).status_code == 303


def token_of(browser: httpx.Client, path: str = f"/authorities/{HERE}") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)
    assert found is not None
    return found[1]


def upload(browser: httpx.Client, files: Mapping[str, str | bytes], **changed: Any) -> httpx.Response:
    """Send files as the form does: its token first."""
    token = changed.pop("token", None) or token_of(browser)
    parts: list[tuple[str, Any]] = [("csrf_token", (None, token))]
    parts += [("files", (name, text, "text/csv")) for name, text in files.items()]
    return browser.post(changed.pop("path", IMPORT), files=parts, **changed)


def begun(browser: httpx.Client, files: Mapping[str, str | bytes]) -> str:
    answer = upload(browser, files)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def reached(browser: httpx.Client, address: str, state: str) -> str:
    """The page of an upload, once it is in a state."""
    eventually(f"it is {state}", lambda: browser.get(f"{address}/progress").json().get("state") == state)
    return browser.get(address).text


def confirm(browser: httpx.Client, address: str, **more: str) -> httpx.Response:
    return browser.post(f"{address}/confirm", data={"csrf_token": token_of(browser), **more})


def counts(page: str) -> dict[str, int]:
    return {name: int(number) for number, name in re.findall(r'<data value="(\d+)" data-count="([\w-]+)">', page)}


def on_disk(gateway: Running) -> list[Path]:
    return [path for path in gateway.settings.folder_of_uploads.rglob("*") if path.is_file()]


def imported(gateway: Running, browser: httpx.Client, files: Mapping[str, str | bytes]) -> dict[str, int]:
    address = begun(browser, files)
    reached(browser, address, "ready")
    confirm(browser, address)
    return counts(reached(browser, address, "done"))
