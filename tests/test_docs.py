"""What the documentation must not forget, and what it says that must be so."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from aggregator.bootstrap import Environment, Service
from aggregator.cli import COMMANDS, aggregator
from aggregator.config.corrections import CorrectionsFile
from aggregator.config.load import parse
from aggregator.model import AXES, Extensions, Tier
from aggregator.parse import KINDS
from aggregator.query import PARAMETERS
from aggregator.tagging import tagger_for
from aggregator.tagging.entries import TaxonomyFile
from tests.pages import ROOT, pages
from web import create_app
from web.feeds import FORMATS

REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
FEEDS_PAGES = ("README.md", "docs/configuration.md", "docs/deploy.md")
ADDRESSES = REFERENCE.split("## Addresses")[1].split("\n## ")[0]


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """The site without anything in it."""
    feeds = tmp_path / "feeds.toml"
    feeds.touch()
    service = Service(Environment(feeds, f"sqlite:///{tmp_path}/wire.db"))
    return create_app(service.db, service)


def commands() -> list[str]:
    """Every command that does something: `fetch`, `db upgrade`."""
    found = []
    for name in COMMANDS:
        command = aggregator.get_command(click.Context(aggregator), name)
        found += [f"{name} {part}" for part in command.commands] if isinstance(command, click.Group) else [name]
    return found


def endpoint(site: MapAdapter, address: str) -> str:
    """What of the site is at an address; "" where nothing is."""
    try:
        found, _ = site.match(address.partition("?")[0])
    except HTTPException:
        return ""
    return str(found)


def tables(text: str) -> list[str]:
    return re.findall(r"```toml\n(.*?)```", text, re.DOTALL)


def taxonomy_keys() -> set[str]:
    """Every key that a table of the taxonomy may have."""
    tables_of = TaxonomyFile.model_json_schema(by_alias=True)["$defs"]
    return {key for table in tables_of.values() for key in table["properties"]}


def test_the_tables_of_the_configuration_are_current() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "configuration_docs.py"), "--check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "current\n")


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_reference(command: str) -> None:
    assert re.search(rf"^\| `aggregator {command}\b", REFERENCE, re.MULTILINE)


@pytest.mark.parametrize("command", commands())
def test_every_option_of_a_command_is_in_its_row(command: str) -> None:
    (row,) = re.findall(rf"^\| `aggregator {command}\b.*$", REFERENCE, re.MULTILINE)
    shown = CliRunner().invoke(aggregator, [*command.split(), "--help"]).output
    options = set(re.findall(r"^ +(?:-\w, )?(--?[a-z-]+)", shown, re.MULTILINE)) - {"--help"}
    assert {option for option in options if f"`{option}`" not in row} == set()


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_of_source_has_an_example(kind: str) -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    examples = [parse(text, Path("feeds.toml")).sources for text in tables(page)]
    assert kind in {source.kind for sources in examples for source in sources}
    assert f"**`{kind}`**" in page


@pytest.mark.parametrize("text", [text for name in FEEDS_PAGES for text in tables(pages().get(name, ""))])
def test_every_example_of_a_feeds_file_is_without_mistakes(text: str, tmp_path: Path) -> None:
    feeds = tmp_path / "feeds.toml"
    feeds.write_text(text, encoding="utf-8")
    shown = CliRunner().invoke(aggregator, ["check"], env={"AGGREGATOR_FEEDS": str(feeds)})
    assert (shown.exit_code, shown.exception) == (0, None), shown.output


@pytest.mark.parametrize("text", tables(pages()["docs/tagging.md"]))
def test_every_example_of_the_taxonomy_is_without_mistakes(text: str) -> None:
    entry = '[[company]]\nslug = "meta"\nname = "Meta"\n' if text.startswith("guarded") else ""
    form = CorrectionsFile if text.startswith("[[correction]]") else TaxonomyFile
    assert form.model_validate(tomllib.loads(entry + text)).model_fields_set


@pytest.mark.parametrize("axis", AXES)
def test_every_axis_is_explained(axis: str) -> None:
    assert re.search(rf"^\| `{axis}` \|", pages()["docs/tagging.md"], re.MULTILINE)
    assert f"/{axis}/" in ADDRESSES


@pytest.mark.parametrize("tier", list(Tier))
def test_every_tier_is_explained(tier: Tier) -> None:
    assert f"`{tier}`" in pages()["docs/tagging.md"]


@pytest.mark.parametrize("key", sorted(taxonomy_keys()))
def test_every_key_of_the_taxonomy_is_explained(key: str) -> None:
    page = pages()["docs/tagging.md"]
    assert f"`{key}`" in page or re.search(rf"^{key} = ", page, re.MULTILINE)


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_filter_is_explained(name: str) -> None:
    filters = REFERENCE.split("## Filters")[1]
    assert f"`{name}`" in filters


@pytest.mark.parametrize("suffix", list(FORMATS))
def test_every_feed_format_is_in_the_addresses(suffix: str) -> None:
    assert f"`/items.{suffix}`" in ADDRESSES


def test_every_topic_and_status_is_named() -> None:
    taxonomy = tagger_for(Extensions()).taxonomy
    assert {slug for slug in (*taxonomy.topics, *taxonomy.statuses) if f"`{slug}`" not in REFERENCE} == set()


def test_every_route_of_the_site_is_in_the_addresses(app: Flask) -> None:
    site = app.url_map.bind("wire.example")
    said = {endpoint(site, address.removeprefix("/zh") or "/") for address in re.findall(r"`(/[^`]*)`", ADDRESSES)}
    routes = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}
    assert routes - said == set()
    assert "" not in said, "an address that the site does not have"


@pytest.mark.parametrize("variable", re.findall(r'"(AGGREGATOR_\w+)"', inspect.getsource(Environment)))
def test_every_environment_variable_is_explained(variable: str) -> None:
    assert f"| `{variable}` |" in pages()["docs/configuration.md"]


def test_the_rooms_of_the_architecture_are_those_that_stand() -> None:
    page = pages()["docs/architecture.md"].split("\n## ")[2]
    folder = ROOT / "aggregator"
    inside = {path.relative_to(folder).parts[0].removesuffix(".py") for path in folder.rglob("*.py")}
    inside = {name for name in inside if not name.startswith("__")}
    said = set(re.findall(r"^\| `(\w+)(?:/|\.py)` \|", page, re.MULTILINE))
    assert said == inside | {"web"}


@pytest.mark.parametrize(("name", "text"), list(pages().items()), ids=list(pages()))
def test_links_between_pages_lead_somewhere(name: str, text: str) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text)
    assert [link for link in links if not (ROOT / name).parent.joinpath(link).exists()] == []


def test_paths_that_the_architecture_names_are_there() -> None:
    page = pages()["docs/architecture.md"]
    named = re.findall(r"`((?:\w+/)+\w+\.(?:py|toml|md))`", page)
    places = (ROOT, ROOT / "aggregator")
    assert len(named) > 5
    assert [path for path in named if not any((place / path).exists() for place in places)] == []
