"""Files that people edit, as text."""

from __future__ import annotations

from pathlib import Path

from aggregator.tomlcheck import single_problem


def read_text_file(path: Path, name: str) -> str:
    """Raises ConfigError, with the remedy, if the file cannot be read as text; FileNotFoundError if it is not there."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise single_problem(name, line, "this is not UTF-8", "save the file as UTF-8 text") from None
    except IsADirectoryError:
        raise single_problem(name, 1, f"{path} is a folder", "name a file") from None
    except OSError as error:
        what, remedy = f"the file cannot be read ({error.strerror})", "let the user that runs the program read it"
        raise single_problem(name, 1, what, remedy) from None
