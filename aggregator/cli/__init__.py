"""The commands. Each module below holds those of one kind; a command's module is imported when the command is called,
so that `aggregator fetch` does not wait for the web server's imports.
"""

from __future__ import annotations

import errno
import gc
import importlib
import io
import logging
import os
import sys
from typing import Any

import click

from aggregator.errors import AggregatorError, ConfigError, DatabaseAddressError

COMMANDS = {
    "run": "serve",
    "web": "serve",
    "scheduler": "serve",
    "worker": "serve",
    "fetch": "fetch",
    "check": "feeds",
    "config": "config",
    "sources": "sources",
    "add": "feeds",
    "opml": "feeds",
    "items": "items",
    "digest": "digest",
    "parse": "documents",
    "tag": "tagging",
    "stories": "stories",
    "eval": "evaluation",
    "retag": "tagging",
    "gaps": "gaps",
    "regroup": "regroup",
    "db": "database",
}

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it would look for some in all that is installed
_GARBAGE = 20_000  # new objects between two searches for garbage, which would take a twentieth of the start
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


class Commands(click.Group):
    """Imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        if cmd_name not in COMMANDS:  # click would suggest one of those that are imported: of none
            raise click.NoSuchCommand(cmd_name, possibilities=COMMANDS, ctx=ctx)
        # Imports make many objects and no garbage: looking for some, now and at the end, takes a third of the time of
        # a command that has little to do.
        gc.disable()
        try:
            module = importlib.import_module(f"aggregator.cli.{COMMANDS[cmd_name]}")
        finally:
            gc.freeze()
            gc.set_threshold(_GARBAGE)
            gc.enable()
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # its reader has seen enough: aggregator items | head
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


@click.command(cls=Commands, context_settings=_SETTINGS, epilog="Try: aggregator run, then open http://127.0.0.1:8000")
@click.version_option(package_name="ai-policy-wire", prog_name="aggregator")
def aggregator() -> None:
    """News on AI policy and AI releases in China and the United States, from the feeds in feeds.toml.

    AGGREGATOR_FEEDS names another feeds file; AGGREGATOR_DATABASE_URL another database (sqlite:///path or
    postgresql://user:password@host/name).
    """


def main() -> None:
    """Runs a command; what went wrong is said in a sentence, with exit code 2 where a file or an option is at fault."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    gc.set_threshold(_GARBAGE)
    _open_streams()
    _speak_unicode()
    try:
        aggregator()
    except ConfigError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except AggregatorError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2 if isinstance(error, DatabaseAddressError) else 1)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            raise
        click.echo(f"Error: the output cannot be written: {error.strerror}", err=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _open_streams() -> None:
    """Some supervisors start programs without streams. The next files opened would take their numbers."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def _speak_unicode() -> None:
    """Files and pipes are UTF-8, whatever the locale says; a terminal shows what it can."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8")
