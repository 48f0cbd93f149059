"""The container's files, and the commands that the files and pages at the top name."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from click.testing import CliRunner

from aggregator.cli import aggregator
from aggregator.config.settings import FetchSettings
from aggregator.fetch.policy import PRODUCT, FetchPolicy
from tests.pages import ROOT, pages

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE)["services"]
WIRE: dict[str, Any] = SERVICES["wire"]
OURS = [name for name, service in SERVICES.items() if "build" in service]
PARTS = ("web", "worker", "upgrade", "postgres")

# `aggregator` as a word of a command line: behind a space, a quote, or a folder of programs.
_COMMAND = re.compile(r"(?:^|[\s`(/\"'])aggregator((?: [a-z]+\b(?![-:/.=]))*)", re.MULTILINE)
_MODULE = re.compile(r"python3? -m ([a-z_0-9.]+)")
_SCRIPT = re.compile(r"python3? ((?:scripts|benchmarks)/\w+\.py)")


def instruction(name: str) -> list[str]:
    """What the last instruction of that name in the Dockerfile runs."""
    joined = DOCKERFILE.replace("\\\n", "")
    line = [line for line in joined.splitlines() if line.startswith(name)][-1]
    found = json.loads(line[line.index("[") :])
    assert isinstance(found, list)
    return found


def sayings() -> dict[str, str]:
    """Texts in which a command may be named: whole files, and of pages what is set as code."""
    files = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", "docker-compose.yml")}
    code = {name: "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL)) for name, text in pages().items()}
    return files | code | {"Dockerfile": " ".join(instruction("CMD"))}


def named_commands() -> set[tuple[str, ...]]:
    """The words behind `aggregator` in every text."""
    found = {tuple(words.split()[:2]) for text in sayings().values() for words in _COMMAND.findall(text)}
    return {words for words in found if words}


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    hadolint = shutil.which("hadolint") or shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if hadolint is None:
        pytest.skip("hadolint is not installed; it comes with the extra `test`")
    checked = subprocess.run([hadolint, str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")


def test_the_image_runs_as_a_user_with_a_number_of_its_own() -> None:
    (user,) = re.findall(r"^USER (\d+):\d+$", DOCKERFILE, re.MULTILINE)
    assert int(user) >= 1000
    assert f"--uid {user} " in DOCKERFILE


def test_the_image_is_made_of_what_dockerignore_lets_through() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert {name for names in copied for name in names.split()} == allowed


@pytest.mark.parametrize("service", OURS)
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("read_only", True),
        ("cap_drop", ["ALL"]),
        ("security_opt", ["no-new-privileges:true"]),
        ("tmpfs", ["/tmp"]),
    ],
)
def test_the_services_are_hardened(service: str, key: str, value: object) -> None:
    assert SERVICES[service][key] == value


@pytest.mark.parametrize("service", SERVICES)
def test_only_this_machine_reaches_a_service(service: str) -> None:
    expected = ["127.0.0.1:8000:8000"] if service in ("wire", "web") else []
    assert SERVICES[service].get("ports", []) == expected


def test_one_service_starts_by_itself_and_all_others_when_they_are_named() -> None:
    assert set(SERVICES) == {"wire", *PARTS}
    assert "profiles" not in WIRE
    assert {name: SERVICES[name]["profiles"] for name in PARTS} == {name: ["parts"] for name in PARTS}
    assert "postgres" in SERVICES["upgrade"]["depends_on"]
    assert all("upgrade" in SERVICES[name]["depends_on"] for name in ("web", "worker"))


@pytest.mark.parametrize("service", ["web", "worker", "upgrade"])
def test_the_parts_share_a_database(service: str) -> None:
    url = SERVICES[service]["environment"]["AGGREGATOR_DATABASE_URL"]
    named = SERVICES["postgres"]["environment"]
    assert url == f"postgresql://{named['POSTGRES_USER']}:{named['POSTGRES_PASSWORD']}@postgres/wire"


def test_the_database_is_in_a_volume_and_the_feeds_file_in_a_folder_that_is_read_only() -> None:
    config, data = WIRE["volumes"]
    assert data == "data:/app/data"
    assert "VOLUME /app/data" in DOCKERFILE
    assert config["read_only"] is True
    assert WIRE["environment"]["AGGREGATOR_FEEDS"] == f"{config['target']}/feeds.toml"
    assert set(yaml.safe_load(COMPOSE)["volumes"]) == {"data", "postgres"}


class Health(BaseHTTPRequestHandler):
    status = 200
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def health() -> Iterator[HTTPServer]:
    """A server that answers with Health.status."""
    server = HTTPServer(("127.0.0.1", 0), Health)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("service", ["web", "worker", "upgrade"])
def test_a_part_is_a_command_that_is_there(service: str) -> None:
    program, *arguments = SERVICES[service]["command"]
    shown = CliRunner().invoke(aggregator, [*arguments, "--help"])
    assert (program, shown.exit_code) == ("aggregator", 0), shown.output


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_tells_well_from_ill(
    health: HTTPServer, status: int, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Health, "status", status)
    monkeypatch.setattr(Health, "asked", [])
    program, *arguments = instruction("HEALTHCHECK")
    assert program == "python"
    here = [argument.replace("127.0.0.1:8000", f"127.0.0.1:{health.server_port}") for argument in arguments]
    proxied = {"http_proxy": "http://127.0.0.1:9"}  # nothing listens there, and nothing must be asked there
    checked = subprocess.run([sys.executable, *here], env=proxied, capture_output=True, check=False)
    assert (checked.returncode, Health.asked) == (code, ["/healthz"])


def test_a_server_that_does_not_listen_is_ill(health: HTTPServer) -> None:
    _, *arguments = instruction("HEALTHCHECK")
    here = [argument.replace("127.0.0.1:8000", "127.0.0.1:9") for argument in arguments]
    assert subprocess.run([sys.executable, *here], capture_output=True, check=False).returncode == 1


def test_the_texts_name_commands_at_all() -> None:
    assert {("run",), ("fetch",), ("opml", "import"), ("db", "upgrade")} <= named_commands()


@pytest.mark.parametrize("words", sorted(named_commands()), ids=" ".join)
def test_a_command_that_a_text_names_exists_and_starts(words: tuple[str, ...]) -> None:
    is_group = words[0] in ("db", "opml")
    command = words if is_group else words[:1]
    shown = CliRunner().invoke(aggregator, [*command, "--help"])
    assert (shown.exit_code, shown.output.startswith("Usage:")) == (0, True), shown.output


def test_the_package_starts_as_a_module() -> None:
    shown = subprocess.run([sys.executable, "-m", "aggregator", "--help"], capture_output=True, text=True, check=False)
    assert (shown.returncode, shown.stderr) == (0, "")


def test_modules_and_scripts_that_a_text_names_are_there() -> None:
    texts = "\n".join(sayings().values())
    modules = set(_MODULE.findall(texts))
    scripts = set(_SCRIPT.findall(texts))
    assert [name for name in modules if find_spec(name) is None] == []
    assert [name for name in scripts if not (ROOT / name).exists()] == []
    assert "scripts/demo.py" in scripts


def test_publishers_are_told_the_version_of_the_program() -> None:
    major, minor, _ = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"].split(
        "."
    )
    assert f"AIPolicyWire/{major}.{minor}" == PRODUCT


def test_tests_run_with_the_limits_that_users_have() -> None:
    asked, said = FetchPolicy(), FetchSettings()
    same = FetchPolicy.__dataclass_fields__.keys() & FetchSettings.model_fields.keys()
    assert len(same) > 10
    assert {name: getattr(asked, name) for name in same} == {name: getattr(said, name) for name in same}
