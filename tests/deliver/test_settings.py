"""Mistakes in the tables for what is sent, and what `aggregator check` says of secrets; the examples of the manual."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aggregator.config import load
from aggregator.config.load import parse
from aggregator.config.secrets import missing, secret
from aggregator.errors import ConfigError, SecretError
from tests.cli.command import run
from tests.deliver.conftest import hook, mail, smtp
from tests.pages import pages

SMTP = '[smtp]\nhost = "mail.example.org"\nsender = "wire@example.org"\n'  # three lines
MAIL = '[[mail]]\nid = "a"\nrecipients = ["b@example.org"]\ncadence = "daily"\n'
HOOK = '[[webhook]]\nid = "h"\nurl = "https://h.example/"\nquery = "q"\nsecret = "env:KEY"\n'
QUERY = '[[query]]\nid = "q"\ntitle = "Q"\nfilter = "topic=policy"\n'
MISTAKES = [
    (MAIL, "1: there is no server to send mail by; add an [smtp] table with host and sender"),
    (SMTP + MAIL.replace("b@example.org", "Bob <b@example.org>"), "6: 'Bob <b@example.org>' is not a mail address"),
    (SMTP + MAIL.replace("b@example.org", "b@example.org\\nBcc: c"), "6: 'b@example.org\\nBcc: c' is not a mail addre"),
    (SMTP.replace("wire@", "消息@"), "3: '消息@example.org' is not a mail address; write it bare and in ASCII"),
    (SMTP.replace("wire@", "wire..a@"), "3: 'wire..a@example.org' is not a mail address"),
    (SMTP.replace("wire@", ".wire@"), "3: '.wire@example.org' is not a mail address"),
    (SMTP.replace("wire@", "wire.@"), "3: 'wire.@example.org' is not a mail address"),
    (SMTP.replace("wire@example.org", "wire"), "3: 'wire' is not a mail address"),
    (SMTP.replace("mail.example.org", "mail example"), "2: 'mail example' is not the name of a server; write it as"),
    (SMTP + MAIL.replace('["b@example.org"]', "[]"), "6: nobody gets it; write an address"),
    (SMTP + MAIL.replace("daily", "hourly"), "7: cadence cannot be 'hourly'; write one of \"daily\", \"weekly\""),
    (SMTP + MAIL + 'filter = "color=red"\n', "8: 'color=red' is no filter"),
    (SMTP + MAIL + MAIL, "9: id 'a' stands already in line 5; give each mail its own id"),
    (SMTP + 'security = "ssl"\n', "4: security cannot be 'ssl'; did you mean \"tls\"?"),
    (SMTP + 'user = "wire"\n', "1: a user and a password belong together; write both keys, or neither"),
    (SMTP + 'password = "hunter2"\nuser = "w"\n', '4: a secret does not belong in this file; write where it is: "env'),
    (SMTP + 'password = 271828\nuser = "w"\n', "4: a secret does not belong in this file"),
    (SMTP + 'user = "w"\npassword = "env:P"\nsecurity = "none"\n', "1: a password is not sent without TLS; write"),
    (SMTP + 'timeout = "3m"\n', "1: a timeout of more than 2 minutes would outlast a claim; write"),
    (HOOK, "4: no query 'q'; add a [[query]] table with that id"),
    (QUERY + HOOK.replace('"q"', '"p"'), "8: no query 'p'; write one of: q"),
    (QUERY + HOOK.replace("https:", "ftp:"), "7: 'ftp://h.example/' is not a web address"),
    (QUERY + HOOK.replace('secret = "env:KEY"\n', ""), "5: 'secret' is missing; add secret = "),
    (QUERY + HOOK + HOOK, "11: id 'h' stands already in line 6; give each webhook its own id"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MISTAKES)
def test_a_mistake_is_told_with_its_line_and_a_remedy_and_no_secret(text: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, Path("feeds.toml"))
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"feeds.toml:{expected}")
    assert "hunter2" not in str(problem)
    assert "271828" not in str(problem)


def test_secrets_are_read_where_they_are(tmp_path: Path) -> None:
    feeds = tmp_path / "feeds.toml"
    feeds.write_text(SMTP + 'user = "w"\npassword = "file:keys/smtp"\n' + QUERY + HOOK, encoding="utf-8")
    config = load(feeds)
    assert [str(problem) for problem in missing(config, {})] == [
        "feeds.toml:5: the file keys/smtp cannot be read (No such file or directory); let the program read it",
        "feeds.toml:14: the environment variable KEY is not set; set it where the program starts",
    ]
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "smtp").write_text("秘密\r\n", encoding="utf-8")
    assert list(missing(config, {"KEY": "k"})) == []
    assert secret(config, "file:keys/smtp") == "秘密"
    (tmp_path / "keys" / "smtp").write_text("\n", encoding="utf-8")
    with pytest.raises(SecretError, match=r"the file keys/smtp is empty; write the secret into it"):
        secret(config, "file:keys/smtp")


def test_check_tells_of_secrets_that_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feeds = tmp_path / "feeds.toml"
    feeds.write_text(QUERY + HOOK, encoding="utf-8")
    monkeypatch.setenv("AGGREGATOR_FEEDS", str(feeds))
    monkeypatch.delenv("KEY", raising=False)
    outcome = run("check")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("feeds.toml:9: the environment variable KEY is not set; ")
    monkeypatch.setenv("KEY", "k")
    outcome = run("check")
    assert (outcome.code, "what is sent out would lead to 127.0.0.1" in outcome.out) == (0, True)
    feeds.write_text('[site]\nurl = "https://wire.example"\n' + QUERY + HOOK, encoding="utf-8")
    assert "127.0.0.1" not in run("check").out


def test_the_command_that_sends(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    feeds = tmp_path / "feeds.toml"
    feeds.write_text("", encoding="utf-8")
    monkeypatch.setenv("AGGREGATOR_FEEDS", str(feeds))
    monkeypatch.setenv("AGGREGATOR_DATABASE_URL", sqlite_url)
    assert "feeds.toml names no [[mail]]" in run("digest", "--send").err
    feeds.write_text(smtp(9) + mail("b@example.org"), encoding="utf-8")
    assert run("digest", "--send").out == "0 sent, 0 to be tried again, 0 failed.\n"
    outcome = run("digest", "--send", "--day", "2026-11-23")
    assert outcome.code == 2
    assert "--send mails the digests that feeds.toml names" in outcome.err


@pytest.mark.parametrize("text", re.findall(r"```toml\n(.*?)```", pages()["docs/mail.md"], re.DOTALL))
def test_the_examples_of_the_manual_are_without_mistakes(text: str) -> None:
    config = parse(text, Path("feeds.toml"))
    assert config.mails or config.webhooks or config.site.hub


def test_a_file_for_tests_is_without_mistakes() -> None:
    assert parse(smtp(25) + mail("b@example.org") + hook("https://h.example/"), Path("feeds.toml")).webhooks
