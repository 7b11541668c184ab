"""Dockerfile and docker-compose.yml: what no engine is needed to see."""

import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from marketplace.settings import SettingsError, load_settings
from tests.tidy.sources import ROOT

_SECRETS = ("LUMBUNG_SECRET", "LUMBUNG_SEALING_KEYS", "POSTGRES_PASSWORD", "MEILI_MASTER_KEY", "LUMBUNG_URL")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """Return docker-compose.yml, anchors resolved."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


@pytest.fixture(scope="module")
def stages() -> list[list[str]]:
    """Return the Dockerfile's instructions, stage by stage."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text())
    instructions = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found: list[list[str]] = []
    for instruction in instructions:
        if instruction.startswith("FROM "):
            found.append([])
        found[-1].append(instruction)
    return found


def test_services_are_the_parts_of_the_product(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"postgres", "meilisearch", "migrate", "reference", "app", "worker"}
    assert services["postgres"]["image"] == "postgres:18"
    assert services["meilisearch"]["image"] == "getmeili/meilisearch:v1.50"
    assert services["app"]["command"][0] == "serve"
    assert services["worker"]["command"] == ["worker"]
    assert services["migrate"]["command"] == ["migrate"]


def test_long_running_services_are_watched_and_come_back(compose: dict[str, Any]) -> None:
    for name in ("postgres", "meilisearch", "app", "worker"):
        service = compose["services"][name]
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"], name
        assert service["logging"]["options"]["max-size"], name


def test_each_waits_for_what_it_needs(compose: dict[str, Any]) -> None:
    services = compose["services"]
    healthy = {"condition": "service_healthy"}
    assert services["migrate"]["depends_on"] == {"postgres": healthy}
    for name in ("app", "worker"):
        assert services[name]["depends_on"] == {
            "postgres": healthy,
            "meilisearch": healthy,
            "reference": {"condition": "service_completed_successfully"},
        }
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)


def test_data_stands_in_named_volumes(compose: dict[str, Any]) -> None:
    used = {
        volume.split(":")[0]: volume.split(":")[1]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
    }
    assert used == {"postgres": "/var/lib/postgresql", "meilisearch": "/meili_data", "search": "/var/lib/lumbung"}
    assert set(compose["volumes"]) == set(used)


def test_secrets_come_from_the_environment_and_have_no_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name in _SECRETS:
        uses = re.findall(r"\$\{" + name + r"([^}]*)\}", text)
        assert uses, name
        assert all(use.startswith(":?") and len(use) > 2 for use in uses), f"{name} has a default"
    example = dict(
        line.split("=", 1)
        for line in (ROOT / ".env.example").read_text().splitlines()
        if line and not line.startswith("#")
    )
    assert set(_SECRETS) <= set(example)
    assert not any(example.values())


def test_only_the_web_server_is_published_and_on_this_machine(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert published == {"app": ["${LUMBUNG_BIND:-127.0.0.1}:8000:8000"]}


def test_environment_of_the_services_is_one_that_settings_accept(compose: dict[str, Any]) -> None:
    given = {name: re.sub(r"\$\{[^}]*\}", "x" * 48, value) for name, value in _environment(compose).items()}
    settings = load_settings({**given, "LUMBUNG_URL": "https://pasar.example"})
    assert (settings.is_development, settings.is_secure) == (False, True)
    assert settings.database_url == f"postgresql://lumbung:{'x' * 48}@postgres:5432/lumbung"
    assert settings.meili_url == "http://meilisearch:7700"
    for name in ("LUMBUNG_SECRET", "LUMBUNG_SEALING_KEYS"):
        with pytest.raises(SettingsError, match=name):
            load_settings({key: value for key, value in given.items() if key != name})


def _environment(compose: dict[str, Any]) -> dict[str, str]:
    environment: dict[str, str] = compose["services"]["app"]["environment"]
    assert environment == compose["services"]["worker"]["environment"]
    return environment


def test_image_is_built_apart_and_runs_without_rights(stages: list[list[str]], compose: dict[str, Any]) -> None:
    build, run = stages
    assert any("uv sync --locked" in line for line in build)
    assert any(line.startswith("COPY --from=build") for line in run)
    assert not any("uv " in line or "apt-get" in line for line in run)
    (user,) = (line.split()[1] for line in run if line.startswith("USER "))
    assert user.split(":")[0] not in ("root", "0")
    assert any(line.startswith("HEALTHCHECK ") for line in run)
    assert any("LUMBUNG_ENV=production" in line for line in run)
    for name in ("app", "worker", "migrate", "reference"):
        assert compose["services"][name]["cap_drop"] == ["ALL"]
        assert compose["services"][name]["read_only"] is True


def test_image_gets_what_it_copies(stages: list[list[str]]) -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        part.removeprefix("./")
        for line in stages[0]
        if line.startswith("COPY ") and "--from" not in line
        for part in line.split()[1:-1]
    }
    assert copied <= allowed
    assert all((ROOT / name).exists() for name in copied)
    assert {"marketplace", "payments", "search", "uv.lock", "LICENSE"} <= copied


def test_compose_itself_accepts_the_file_where_it_is_installed() -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], check=False, capture_output=True).returncode:
        return  # the rules above stand in for it
    done = subprocess.run(
        [docker, "compose", "--file", str(ROOT / "docker-compose.yml"), "config", "--quiet"],
        check=False,
        capture_output=True,
        text=True,
        env=dict.fromkeys(_SECRETS, "https://x" * 6),
    )
    assert done.returncode == 0, done.stderr
