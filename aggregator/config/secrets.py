"""Secrets: feeds.toml says where one is, and it is read when it is needed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from aggregator.config.load import Config
from aggregator.config.values import SECRET_PLACE
from aggregator.errors import Problem, SecretError
from aggregator.model import Source
from aggregator.tomlcheck import Path as TomlPath


def secret(config: Config, place: str, variables: Mapping[str, str] = os.environ) -> str:
    """What is at a place, "env:VARIABLE" or "file:path", without line breaks at its end; raises SecretError.

    A path that does not begin with a slash counts from the folder of feeds.toml.
    """
    kind, _, where = place.partition(":")
    if kind == "env":
        found, what = variables.get(where, ""), f"the environment variable {where} is not set"
        return _present(found, what, "set it where the program starts")
    try:
        found = (config.path.parent / where).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SecretError(f"the file {where} cannot be read ({why})", "let the program read it") from None
    return _present(found, f"the file {where} is empty", "write the secret into it")


def _present(found: str, what: str, remedy: str) -> str:
    if not found:
        raise SecretError(what, remedy)
    return found


def missing(config: Config, variables: Mapping[str, str] = os.environ) -> Iterator[Problem]:
    """The secrets that the file names and that are not there, for the process that asks."""
    for path, place in _named(config):
        try:
            secret(config, place, variables)
        except SecretError as error:
            yield config.problem(path, error.what, error.remedy)


def headers(config: Config, source: Source) -> dict[str, str]:
    """What a source wants to be asked with, secrets in their place; raises SecretError."""
    said = (header.split(": ", 1) for header in source.headers)
    return {name: _in_a_header(config, value) for name, value in said}


def _in_a_header(config: Config, value: str) -> str:
    found = secret(config, value) if SECRET_PLACE.fullmatch(value) else value
    if not (found.isascii() and found.isprintable()):
        raise SecretError("the secret of a header has what no header can say", "write it in ASCII, on one line")
    return found


def _named(config: Config) -> Iterator[tuple[TomlPath, str]]:
    if config.smtp and config.smtp.password:
        yield ("smtp", "password"), config.smtp.password
    for index, webhook in enumerate(config.webhooks):
        yield ("webhook", index, "secret"), webhook.secret
    for index, source in enumerate(config.sources):
        for number, header in enumerate(source.headers):
            if SECRET_PLACE.fullmatch(place := header.split(": ", 1)[1]):
                yield ("source", index, "headers", number), place
