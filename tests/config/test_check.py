"""Mistakes in feeds.toml are told with their line and what to write instead."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.config import load
from aggregator.config.load import Config, parse
from aggregator.errors import ConfigError
from aggregator.model import Selectors

SHIPPED = Path(__file__).parent.parent.parent / "feeds.toml"
SOURCE = '[[source]]\nid = "a"\nurl = "https://a.example/feed"\n'  # three lines, and right


def read(text: str) -> Config:
    return parse(text, Path("feeds.toml"))


def mistakes(text: str) -> list[str]:
    """The messages for a text, without the name of the file."""
    with pytest.raises(ConfigError) as caught:
        read(text)
    return [str(problem).removeprefix("feeds.toml:") for problem in caught.value.problems]


ONE_MISTAKE = [
    # keys
    (SOURCE + 'titel = "x"\n', "4: unknown key 'titel'; did you mean 'title'?"),
    (SOURCE + 'clas = "lab"\n', "4: unknown key 'clas'; did you mean 'class'?"),
    (SOURCE + "zzz = 1\n", "4: unknown key 'zzz'; remove it, or use one of: id, url, title, kind"),
    ("[fetch]\n\nper_hosts = 3\n", "3: unknown key 'per_hosts'; did you mean 'per_host'?"),
    ("[site]\ntimezon = 'UTC'\n", "2: unknown key 'timezon'; did you mean 'timezone'?"),
    ("[[sources]]\nid = 'a'\n", "1: unknown key 'sources'; did you mean 'source'?"),
    ("# a remark\n[fetsh]\n", "2: unknown key 'fetsh'; did you mean 'fetch'?"),
    ('[[source]]\nurl = "https://a.example/"\n', "1: 'id' is missing; add id = \"nist-news\""),
    ('\n[[source]]\nid = "a"\n', "2: 'url' is missing; add url = \"https://www.nist.gov/news/rss.xml\""),
    # ids and addresses
    ('[[source]]\nid = "My Feed"\nurl = "https://a.example/"\n', "2: 'My Feed' is not an id; use small letters"),
    ('[[source]]\nid = "政策"\nurl = "https://a.example/"\n', "2: '政策' is not an id; use small letters"),
    ('[[source]]\nid = 5\nurl = "https://a.example/"\n', "2: 5 does not fit: input should be a valid string"),
    ('[[source]]\nid = "a"\nurl = "a.example/feed"\n', "3: 'a.example/feed' is not a web address; write one as"),
    ('[[source]]\nid = "a"\nurl = "ftp://a.example/"\n', "3: 'ftp://a.example/' is not a web address; write one"),
    ('[[source]]\nid = "a"\nurl = "https://"\n', "3: 'https://' is not a web address"),
    ('[[source]]\nid = "a"\nurl = "https://a.example:99999/"\n', "3: 'https://a.example:99999/' is not a web address"),
    ('[[source]]\nid = "a"\nurl = "https://[a/"\n', "3: 'https://[a/' is not a web address"),
    ('[[source]]\nid = "a"\nurl = "https://a.example/a b"\n', "3: 'https://a.example/a b' has a blank, or"),
    ('[[source]]\nid = "a"\nurl = ""\n', "3: '' does not fit: string should have at least 1 character; write url ="),
    (SOURCE + 'site_url = "javascript:x"\n', "4: 'javascript:x' is not a web address; write one as"),
    ('[site]\nurl = "wire.example.org"\n', "2: 'wire.example.org' is not a web address"),
    (SOURCE + SOURCE.replace("feed", "other"), "5: id 'a' stands already in line 2; give each source its own id"),
    (SOURCE + SOURCE.replace('"a"', '"b"'), "6: url 'https://a.example/feed' stands already in line 3; remove one"),
    # lengths of time, sizes, numbers
    (SOURCE + "interval = 30\n", '4: 30 is not a length of time; write a number with s, m, h or d, such as "30m"'),
    (SOURCE + 'interval = "soon"\n', "4: 'soon' is not a length of time"),
    (SOURCE + 'interval = "0m"\n', "4: '0m' is no time at all"),
    (SOURCE + 'interval = "-5m"\n', "4: '-5m' is not a length of time"),
    (SOURCE + 'interval = "1.5h"\n', "4: '1.5h' is not a length of time"),
    ('[fetch]\ntimeout = "99999999999d"\n', "2: '99999999999d' is more than ten years"),
    ('[fetch]\nmax_size = "big"\n', "2: 'big' is not a size; write a number with kB, MB or GB, such as \"10MB\""),
    ("[fetch]\nmax_size = 0\n", "2: 0 is not a size"),
    (
        "[fetch]\nconcurrency = 0\n",
        "2: 0 does not fit: input should be greater than or equal to 1; write concurrency =",
    ),
    ("[fetch]\nper_host = 21\n", "2: 21 does not fit: input should be less than or equal to 20; write per_host = 2"),
    ('[fetch]\nallow_networks = ["10.0.0.1/8"]\n', "2: '10.0.0.1/8' is a host in a network; did you mean"),
    ('[fetch]\nallow_networks = ["home"]\n', "2: 'home' is not a network"),
    # values out of a list
    (SOURCE + 'kind = "gopher"\n', '4: kind cannot be \'gopher\'; write one of "feed", "json"'),
    (SOURCE + 'class = "blog"\n', '4: class cannot be \'blog\'; write one of "official", "state-media"'),
    (SOURCE + 'class = "offical"\n', "4: class cannot be 'offical'; did you mean \"official\"?"),
    (SOURCE + 'lang = "English"\n', "4: 'English' is no language; did you mean \"en\"?"),
    (SOURCE + 'timezone = "Beijing"\n', "4: 'Beijing' is not a time zone; did you mean \"Asia/S"),
    ('[site]\ntimezone = "/etc/passwd"\n', "2: '/etc/passwd' is not a time zone"),
    (SOURCE + 'enabled = "perhaps"\n', "4: 'perhaps' is neither true nor false; write enabled = false"),
    (SOURCE + 'tags = "company/baidu"\n', "4: 'company/baidu' is no list; write tags ="),
    (SOURCE + 'enabled = "no"\n', "4: 'no' is neither true nor false; write enabled = false"),
    (SOURCE + "enabled = 1\n", "4: 1 is neither true nor false; write enabled = true"),
    (SOURCE + 'include = ["/chips?\\b/"]\n', "4: '/chips?\\x08/' has a character that no text has; write"),
    ("[fetch]\nconcurrency = true\n", "2: true does not fit: input should be a valid integer; write concurrency = 32"),
    (SOURCE + "title = 2026-01-01\n", "4: 2026-01-01 does not fit: input should be a valid string"),
    # tables
    ('[site]\ntitle = "x"\n[[sources]]\nid = "a"\n', "3: unknown key 'sources'; did you mean 'source'?"),
    ('[source]\nid = "a"\n', "1: [source] is one table; write [[source]], with two brackets: there may be several"),
    ('\n[[topic]]\nslug = "a"\n', "2: [[topic]] is for taxonomy files; write it there: see docs/tagging.md"),
    ('[[correction]]\nlink = "x"\n', "1: [[correction]] is for corrections.toml; write it there"),
    ('mask = ["x"]\n', "1: 'mask' is for taxonomy files; write it there"),
    # what does not go together
    ('\n[fetch]\nmin_interval = "8h"\n', "2: min_interval is longer than max_interval; write a shorter one"),
    ('[fetch]\nparse_memory = "1kB"\n', "2: 1,000 bytes are not enough to read a document; write at least"),
    ('[fetch]\nuser_agent = "a\\r\\nX: y"\n', "2: 'a\\r\\nX: y' is no user_agent; write user_agent = "),
    ('[site]\nurl = "https://a.example/?x=1"\n', "2: 'https://a.example/?x=1' goes on behind its path; write it"),
    (
        '[site]\nurl = "https://a.example/wire"\n',
        "2: 'https://a.example/wire' has a path; the site needs a host of its",
    ),
    # rules
    (SOURCE + 'include = ["AI", ""]\n', "4: an empty rule fits everything; write a phrase, an /expression/ or a tag"),
    (SOURCE + 'exclude = [" "]\n', "4: an empty rule fits everything; write a phrase"),
    (SOURCE + 'include = ["/chips(/"]\n', "4: '/chips(/' is no regular expression (missing ) at position 6); mend it,"),
    (SOURCE + 'exclude = ["/*/", "AI"]\n', "4: '/*/' is no regular expression (nothing to repeat at position 0); mend"),
    # selectors
    (SOURCE + 'kind = "json"\n', '1: a source of kind "json" needs selectors; add a [source.selectors] table'),
    (SOURCE + 'kind = "html"\n', '1: a source of kind "html" needs selectors'),
    (
        SOURCE + '[source.selectors]\nitems = "a"\ntitle = "b"\n',
        '1: a source of kind "feed" takes no selectors; remove',
    ),
    (SOURCE + 'kind = "html"\n[source.selectors]\ntitle = "a"\n', "5: 'items' is missing; add items = \"results\""),
    (
        SOURCE + 'kind = "json"\n[source.selectors]\nitems = "a"\ntitle = "t"\nlnk = "x"\n',
        "8: unknown key 'lnk'; did you mean 'link'?",
    ),
    # not TOML at all
    (
        "[site]\ntitle = “NIST”\n",
        "2: this is not TOML (Invalid value); put text between straight quotes, as in",
    ),
    ("[site]\ntitle = NIST\n", "2: this is not TOML (Invalid value); put text between quotes, as in title ="),
    ("[site]\nmax = " + "9" * 5000 + "\n", "2: a number has too many digits; write a shorter one"),
    ("[site]\ntitle = " + "[" * 5000 + "]" * 5000 + "\n", "1: its brackets are nested too deeply; write fewer of them"),
    ("x\n", "1: this is not TOML (Expected '=' after a key in a key/value pair); write key = value"),
    ("[site\n", "1: this is not TOML (Expected ']'"),
    ('[site]\ntitle = "x\n', "2: this is not TOML (Illegal character"),
    (SOURCE + 'id = "b"\n', "4: this is not TOML (Cannot overwrite a value)"),
    ("[site]\n[site]\n", "2: this is not TOML (Cannot declare ('site',) twice)"),
    ('[site]\ntitle = """x\n', "2: this is not TOML"),
]


@pytest.mark.parametrize(("text", "expected"), ONE_MISTAKE)
def test_mistake_is_told_with_its_line_and_a_remedy(text: str, expected: str) -> None:
    (message,) = mistakes(text)
    assert message.startswith(expected)
    assert "; " in message


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = (
        '[site]\ntimezone = "Mars"\n[fetch]\nconcurrency = 0\ntimeout = "soon"\n'
        '[[source]]\nid = "A"\nurl = "x"\n[[source]]\nid = "b"\n[[source]]\nid = "b"\nurl = "https://b.example/"\n'
        "x = 1\n"
    )
    assert [message.split(":")[0] for message in mistakes(text)] == ["2", "4", "5", "7", "8", "9", "12", "14"]


def test_lines_count_past_long_texts_lists_and_remarks() -> None:
    text = (
        '# say """ to begin a long text\n[site]\ntitle = """\n[[source]]\nid = "x"\n"""\n'
        + SOURCE
        + 'include = [\n  "AI",\n  "chips",\n]\n\n  # id = "y"\ntitel = "x"\n'
    )
    assert mistakes(text) == ["16: unknown key 'titel'; did you mean 'title'?"]


def test_message_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[site]\nx = 1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"^mine\.toml:2: unknown key 'x'"):
        load(tmp_path / "mine.toml")


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"feeds\.toml:1: the file is not there; begin one .* in AGGREGATOR_FEEDS"):
        load(tmp_path / "feeds.toml")


def test_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").write_bytes('[site]\ntitle = "政策"\n'.encode("gbk"))
    with pytest.raises(ConfigError, match=r"feeds.toml:2: this is not UTF-8; save the file as UTF-8 text"):
        load(tmp_path / "feeds.toml")


def test_file_that_is_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r":1: .* is a folder; name a file"):
        load(tmp_path)


def test_mistake_that_only_others_can_see_gets_its_line() -> None:
    problem = read(SOURCE + 'region = "atlantis"\n').problem(("source", 0, "region"), "no such region", "see docs")
    assert str(problem) == "feeds.toml:4: no such region; see docs"


def test_shipped_file_is_valid() -> None:
    config = load(SHIPPED)
    assert len(config.sources) > 50
    assert all(source.title and source.url.startswith("http") for source in config.sources)


def test_empty_file_is_valid_and_has_defaults() -> None:
    config = read("")
    assert config.sources == ()
    assert (config.site.timezone, config.fetch.interval) == ("UTC", timedelta(minutes=30))


def test_source_takes_what_the_file_says_and_defaults_for_the_rest() -> None:
    text = '[fetch]\ninterval = "1h"\n' + SOURCE + 'class = "lab"\ntags = ["company/a"]\ntimezone = "Asia/Shanghai"\n'
    (source,) = read(text).sources
    assert (source.id, source.title, source.source_class, source.tags) == ("a", "a", "lab", ("company/a",))
    assert (source.interval, source.timezone) == (timedelta(hours=1), "Asia/Shanghai")


def test_own_interval_goes_before_the_general_one() -> None:
    (source,) = read('[fetch]\ninterval = "1h"\n' + SOURCE + 'interval = "5m"\n').sources
    assert source.interval == timedelta(minutes=5)


def test_rules_are_read_as_written() -> None:
    rules = ("AI", "/", "chips(", "company/baidu", "and/or", "/chips?\\b/", " spaced ")
    (source,) = read(SOURCE + f"include = {list(rules)!r}\n".replace("\\\\", "\\")).sources
    assert source.include == rules


def test_selectors_are_read() -> None:
    text = SOURCE + 'kind = "json"\n[source.selectors]\nitems = "results"\ntitle = "name"\nlink = "https://x/{id}"\n'
    (source,) = read(text).sources
    assert source.selectors == Selectors("results", "name", "https://x/{id}")


def test_tables_of_the_taxonomy_are_kept_as_written() -> None:
    config = read('[[company]]\nslug = "acme"\nnames = ["Acme"]\n')
    assert config.extensions.tables["company"] == ({"slug": "acme", "names": ["Acme"]},)
    assert "region" not in config.extensions.tables


@pytest.mark.parametrize(("said", "seconds"), [("45s", 45), ("30m", 1800), ("2h", 7200), ("1 d", 86400), (" 5m ", 300)])
def test_lengths_of_time(said: str, seconds: int) -> None:
    assert read(f'[fetch]\ninterval = "{said}"\n').fetch.interval.total_seconds() == seconds


@pytest.mark.parametrize(
    ("said", "size"), [("5000", 5000), ('"10MB"', 10**7), ('"64 kB"', 64_000), ('"1gb"', 10**9), ("1000", 1000)]
)
def test_sizes(said: str, size: int) -> None:
    assert read(f"[fetch]\nmax_size = {said}\n").fetch.max_size == size


@given(st.text("abc=[]\"'#\n .1{},", max_size=60))
def test_any_text_is_a_config_or_a_list_of_mistakes(text: str) -> None:
    lines = []
    try:
        read(text)
    except ConfigError as error:
        lines = [problem.line for problem in error.problems] or [0]
    assert all(1 <= line <= max(1, len(text.splitlines())) for line in lines)
