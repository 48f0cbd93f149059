"""feeds.toml is edited while the program runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.config import Config, LiveConfig, load
from aggregator.errors import ConfigError


def source(name: str) -> str:
    return f'[[source]]\nid = "{name}"\nurl = "https://{name}.example/feed"\n'


def write(path: Path, *names: str, more: str = "") -> None:
    path.write_text("".join(map(source, names)) + more, encoding="utf-8")


def ids(live: LiveConfig) -> list[str]:
    return [source.id for source in live.current.sources]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.toml"
    write(path, "one")
    return path


@pytest.fixture
def live(path: Path) -> LiveConfig:
    return LiveConfig(path)


def test_file_that_is_broken_from_the_start_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").write_text("[", encoding="utf-8")
    with pytest.raises(ConfigError, match="this is not TOML"):
        LiveConfig(tmp_path / "feeds.toml")


def test_unchanged_file_changes_nothing(live: LiveConfig, path: Path) -> None:
    before = live.current
    path.touch()
    assert live.poll() is False
    assert live.current is before


def test_edit_takes_over(live: LiveConfig, path: Path) -> None:
    write(path, "one", "two")
    assert live.poll() is True
    assert ids(live) == ["one", "two"]
    assert live.error is None


def test_an_edit_while_the_file_is_read_first_is_noticed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(path: Path) -> Config:
        read = load(path)
        write(path, "one", "two")
        return read

    with monkeypatch.context() as patched:
        patched.setattr("aggregator.config.live.load", slow)
        live = LiveConfig(path)
    assert ids(live) == ["one"]
    assert live.poll() is True
    assert ids(live) == ["one", "two"]


def test_two_edits_within_the_grain_of_the_clock_are_both_seen(live: LiveConfig, path: Path) -> None:
    for names in (["two"], ["six"], ["ten"]):
        write(path, *names)
        assert live.poll() is True
        assert ids(live) == names


def test_broken_edit_keeps_the_last_good_and_says_why(live: LiveConfig, path: Path) -> None:
    write(path, "one", "two", more='titel = "x"\n')
    assert live.poll() is True
    assert ids(live) == ["one"]
    assert str(live.error) == "feeds.toml:7: unknown key 'titel'; did you mean 'title'?"


def test_broken_edit_is_told_once(live: LiveConfig, path: Path) -> None:
    write(path, more="[")
    assert live.poll() is True
    assert live.poll() is False
    assert live.error is not None


def test_mended_edit_clears_the_error(live: LiveConfig, path: Path) -> None:
    write(path, more="[")
    live.poll()
    write(path, "two")
    assert live.poll() is True
    assert live.error is None
    assert ids(live) == ["two"]


def test_edit_taken_back_clears_the_error(live: LiveConfig, path: Path) -> None:
    write(path, more="[")
    live.poll()
    write(path, "one")
    assert live.poll() is True
    assert live.error is None
    assert ids(live) == ["one"]


def test_deleted_file_keeps_the_last_good_and_says_so(live: LiveConfig, path: Path) -> None:
    path.unlink()
    assert live.poll() is True
    assert live.poll() is False
    assert ids(live) == ["one"]
    assert "the file is not there" in str(live.error)


def test_file_that_comes_back_is_read_again(live: LiveConfig, path: Path) -> None:
    path.unlink()
    live.poll()
    write(path, "two")
    assert live.poll() is True
    assert live.error is None
    assert ids(live) == ["two"]


def test_emptied_file_is_a_config_without_sources(live: LiveConfig, path: Path) -> None:
    path.write_text("", encoding="utf-8")
    assert live.poll() is True
    assert ids(live) == []
    assert live.error is None


def test_an_edit_that_is_refused_never_comes_into_force(live: LiveConfig, path: Path) -> None:
    write(path, "two")

    def refuse(config: Config) -> None:
        assert (ids(live), [source.id for source in config.sources]) == (["one"], ["two"])
        raise ConfigError((config.problem(("source", 0, "id"), "no", "mend it"),))

    assert live.poll(refuse) is True
    assert ids(live) == ["one"]
    assert str(live.error) == "feeds.toml:2: no; mend it"
    assert live.poll() is False


def test_an_edit_in_the_folder_of_the_taxonomy_is_noticed(path: Path) -> None:
    folder = path.parent / "names"
    folder.mkdir()
    (folder / "mine.toml").write_text('mask = ["Fenland AI Club"]\n', encoding="utf-8")
    write(path, "one", more='[site]\ntaxonomy = "names"\n')
    live = LiveConfig(path)
    assert dict(live.current.extensions.texts) == {"names/mine.toml": 'mask = ["Fenland AI Club"]\n'}
    assert not live.poll()
    (folder / "more.toml").write_text('mask = ["Marshland AI Club"]\n', encoding="utf-8")
    assert live.poll()
    assert [*live.current.extensions.texts] == ["names/mine.toml", "names/more.toml"]
    assert not live.poll()


def test_a_folder_without_taxonomy_files_is_a_mistake(path: Path) -> None:
    write(path, "one", more='[site]\ntaxonomy = "names"\n')
    with pytest.raises(ConfigError, match=r"feeds.toml:\d+: no taxonomy file in 'names'"):
        LiveConfig(path)


def test_a_broken_file_of_the_taxonomy_is_an_error_once_and_its_repair_is_noticed(path: Path, live: LiveConfig) -> None:
    write(path, "one", more='[site]\ntaxonomy = "names"\n')
    assert live.poll()
    assert "no taxonomy file in 'names'" in str(live.error)
    assert not live.poll()
    (path.parent / "names").mkdir()
    mine = path.parent / "names" / "mine.toml"
    mine.write_bytes("mask = ['Caf\xe9']\n".encode("latin-1"))
    (path.parent / "names" / ".#mine.toml").symlink_to("nobody@nowhere")  # what an editor leaves
    assert live.poll()
    assert "names/mine.toml:1: this is not UTF-8" in str(live.error)
    mine.write_text("mask = ['Caf\xe9']\n", encoding="utf-8")
    assert live.poll()
    assert live.error is None
    assert not live.poll()
