"""Mistakes of those who know what they want and write it as it is written elsewhere: told with what is right here."""

from __future__ import annotations

import pytest

from tests.config.test_check import SOURCE, mistakes

JSON = SOURCE + 'kind = "json"\n[source.selectors]\nitems = "a"\ntitle = "b"\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SOURCE + 'language = "zh"\n', "4: unknown key 'language'; did you mean 'lang'?"),
        (SOURCE + 'name = "A"\n', "4: unknown key 'name'; did you mean 'title'?"),
        (SOURCE + 'kind = "rss"\n', "4: kind cannot be 'rss'; did you mean \"feed\"?"),
        ('[fetch]\nadaptive = "true"\n', "2: 'true' is neither true nor false; write adaptive = true, without quotes"),
        ('[fetch]\nper_host = "2"\n', "2: per_host is text here; write per_host = 2, without quotes"),
        (SOURCE + 'lang = "cn"\n', "4: 'cn' is no language; did you mean \"zh\"?"),
        (SOURCE + 'lang = "e"\n', "4: 'e' is no code of a language; write one as ISO 639 has it"),
        (SOURCE + "enabled = True\n", "4: this is not TOML (Invalid value); write true, in small letters"),
        (
            SOURCE + 'id\u3000= "b"\n',
            "4: this is not TOML (Expected '=' after a key in a key/value pair); '\\u3000' (U+3000)",
        ),
        (
            SOURCE + '[source]\nid = "b"\n',
            "4: this is not TOML (Cannot declare ('source',) twice); write [[source]], with two",
        ),
        ('interval = "30m"\n' + SOURCE, "1: unknown key 'interval'; it belongs under [fetch] or [[source]]"),
        ('[[site]]\ntitle = "x"\n', "1: there is but one site; write [site], with one bracket"),
        (SOURCE + 'include = ["compnay/baidu"]\n', "4: no tags 'compnay'; did you mean \"company/baidu\"?"),
        (SOURCE + 'include = ["//"]\n', "4: an empty expression fits everything"),
        (SOURCE + 'title = "a\\u0000b"\n', "4: 'a\\x00b' has a character that no text has"),
        (JSON + 'link = "https://x.example/{id"\n', "1: a brace of 'https://x.example/{id' has no other one"),
        (
            '[smtp]\nhost = "mail.example:25"\nsender = "a@b.example"\n',
            "2: 'mail.example:25' has a port; write it as port",
        ),
        (SOURCE + 'title = "量子位，AI" lang = "zh"\n', "4: this is not TOML (Expected newline or end of document"),
        ('[fetch]\npause = "2h"\n', "2: a host is left to others after an hour"),
        ('[store]\nkeep_core = "18m"\n', "2: less than a day is no time to keep items; m stands for minutes"),
        ("[fetch]\nmax_size = 10\n", '2: 10 bytes are nothing; write kB, MB or GB behind it, such as "10MB"'),
        (
            '[fetch]\nallow_networks = ["192.168.1.5/24"]\n',
            "2: '192.168.1.5/24' is a host in a network; did you mean \"192",
        ),
        (
            '[fetch]\nhost_groups = ["*.press.example"]\n',
            "2: '*.press.example' is not the name of a domain; did you mean \"press.example\"?",
        ),
        (
            '[fetch]\nhost_groups = ["https://press.example/feed"]\n',
            "2: 'https://press.example/feed' is not the name of a domain; did you mean \"press.example\"?",
        ),
        ('[fetch]\nhost_groups = ["press"]\n', "2: 'press' is not the name of a domain; write it as \"news.example"),
        ('[fetch]\nhost_groups = ["http://[::1"]\n', "2: 'http://[::1' is not the name of a domain"),
        ('[fetch]\nhost_groups = ["127.0.0.1"]\n', "2: '127.0.0.1' is not the name of a domain"),
        ('[site]\ntimezone = "Asia/Bejing"\n', "2: 'Asia/Bejing' is not a time zone; did you mean \"Asia/Shanghai\"?"),
        ('[site]\ntimezone = "New York"\n', "2: 'New York' is not a time zone; did you mean \"America/New_York\"?"),
        ('[site]\ntimezone = "CST"\n', 'did you mean "Asia/Shanghai" or "America/Chicago"?'),
        ('[site]\nurl = "wire.example.org"\n', 'write one as "https://wire.example.org"'),
        (SOURCE + 'tags = ["a" "b"]\n', "put a comma between two values"),
        (SOURCE + 'include = "AI", "chips"\n', "put several values into brackets"),
        (SOURCE + 'title "x"\n', "write key = value, or begin a remark with #"),
        (SOURCE + "include = ['AI]\n", "close the text with a second '"),
        ("[[source]\n", "write [[source]], with two brackets on both sides"),
        ('[site]\ntimezone = "UTC+8"\n', "2: 'UTC+8' is not a time zone; did you mean \"Asia/Shanghai\"?"),
        (SOURCE + 'include = ["/OpenAI/i"]\n', "4: '/OpenAI/i' has letters behind its end; write /OpenAI/"),
        (SOURCE + 'include = ["Company/OpenAI"]\n', "4: 'Company/OpenAI' is no tag; did you mean \"company/openai\"?"),
        (SOURCE + 'headers = ["Referer"]\n', "4: this is no header; write a name, a colon and a value"),
        (SOURCE + 'headers = ["Host: a.example"]\n', "4: the header Host is the fetcher's own; take it out"),
        (SOURCE + 'headers = ["X-Api-Key: abc"]\n', "4: what X-Api-Key says does not belong in this file; write where"),
        (SOURCE + "tags = {a = 1}\n", "4: {'a': 1} is no list; write tags = "),
        (SOURCE + 'selectors = "a"\n', "4: 'a' is no table; write [source.selectors], and its keys below"),
        (SOURCE + 'title = "a\n', 'a second "'),
        (SOURCE + "interval = 2h\n", 'put it between quotes, as in interval = "30m"'),
        (SOURCE + 'include = ["/\\d+/"]\n', r"write \\ for \, or put the text between single quotes"),
        (SOURCE + 'title = "a"\ntitle = "b"\n', "it stands already above"),
        (SOURCE + "enabled = true,\n", "take out the comma at the end"),
        (SOURCE + 'title: "a"\n', "write = and not a colon behind a key"),
        (SOURCE + "// mine\n", "begin a remark with #"),
        ('[smtp]\nhost = "[::1]"\nsender = "a@b.example"\n', "2: '[::1]' has brackets; write \"::1\""),
    ],
)
def test_what_is_right_elsewhere_is_told_as_it_is_right_here(text: str, expected: str) -> None:
    (message,) = mistakes(text)
    assert expected in message
    assert message.startswith(expected) or not expected[0].isdigit()


@pytest.mark.parametrize(
    "said",
    [
        '{Authorization = "Bearer hushhush"}',
        '"Authorization: Bearer hushhush"',
        '[["Authorization", "Bearer hushhush"]]',
        '["Authorization Bearer hushhush"]',
        '["Authorization: Bearer hushhush"]',
        '["X-Odd: Bearer hushhush"]',
        '["X-Pass: hushhush"]',
        '["X-Odd: env:hush-hush"]',
        '["X-Odd: a", "x-odd: hushhush"]',
    ],
)
def test_no_mistake_with_headers_repeats_what_may_be_a_secret(said: str) -> None:
    (message,) = mistakes(f"{SOURCE}headers = {said}\n")
    assert message.startswith("4: ")
    assert "hush" not in message
