"""Fuzzes a target, or replays inputs: python -m tests.fuzz TARGET [--seconds N] [--corpus DIR] [FILE…]

Needs atheris, which is no dependency: pip install atheris. What it finds is written to the folder of --crashes. Made
small and given a telling name, it belongs into tests/fuzz/findings/TARGET, from where the tests replay it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from hashlib import sha256
from pathlib import Path

INSTRUMENTED = ["aggregator", "feedparser", "bs4"]
KEPT = Path(tempfile.gettempdir()) / "fuzz"
SLOWEST = 20  # seconds for one input
MEGABYTES = 2000


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("target")
    parser.add_argument("files", nargs="*", type=Path, help="inputs to replay")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--corpus", type=Path, default=KEPT / "corpus", help="interesting inputs, for the next time")
    parser.add_argument("--crashes", type=Path, default=KEPT / "crashes")
    return parser.parse_args()


def fuzz(name: str, seconds: int, corpus: Path, crashes: Path) -> None:
    """Never returns: libFuzzer ends the process."""
    import atheris

    warnings.simplefilter("ignore")  # Beautiful Soup has doubts about most of the inputs
    with atheris.instrument_imports(include=INSTRUMENTED):
        from tests.fuzz.seeds import LONGEST, dictionary, findings, seeds
        from tests.fuzz.targets import TARGETS
    if name not in TARGETS:
        sys.exit(f"no target {name!r}; there are {', '.join(TARGETS)}")
    corpus, crashes = corpus / name, crashes / name
    for folder in (corpus, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    given = seeds(name) + [path.read_bytes() for path in findings(name)]
    for seed in given:
        (corpus / sha256(seed).hexdigest()[:20]).write_bytes(seed)
    limits = {
        "max_total_time": seconds, "timeout": SLOWEST, "rss_limit_mb": MEGABYTES, "max_len": LONGEST,
        "artifact_prefix": f"{crashes}/",
    }  # fmt: skip
    if told := dictionary(given):  # libFuzzer takes no empty one
        limits["dict"] = words = crashes.with_suffix(".dict")
        words.write_text(told)
    options = [f"-{option}={value}" for option, value in limits.items()]
    atheris.Setup([sys.argv[0], *options, str(corpus)], TARGETS[name])
    atheris.Fuzz()


def replay(name: str, files: list[Path]) -> None:
    from tests.fuzz.targets import TARGETS

    for path in files:
        sys.stdout.write(f"{path}\n")
        TARGETS[name](path.read_bytes())


if __name__ == "__main__":
    asked = arguments()
    if asked.files:
        replay(asked.target, asked.files)
    else:
        fuzz(asked.target, asked.seconds, asked.corpus, asked.crashes)
