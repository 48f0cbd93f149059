"""How much a server stands: wrk asks an address as often as it can. nginx shows how much files stand."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
NGINX = """
worker_processes 1; daemon off; pid nginx.pid; error_log error.log;
events {{ worker_connections 256; }}
http {{ access_log off; default_type text/html; server {{ listen 127.0.0.1:{port}; root {folder}; }} }}
"""


class Load(NamedTuple):
    """What wrk measured."""

    rate: float  #: requests a second
    p99: float  #: milliseconds

    def cells(self) -> tuple[str, str]:
        return f"{self.rate:,.0f}", f"{self.p99:.1f}"


def load(url: str, headers: dict[str, str], seconds: int, connections: int) -> Load:
    content(url)  # the first answer is the subject of the other table
    said = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *said, url]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    [(number, unit)] = re.findall(r"99%\s+([\d.]+)(us|ms|s)\b", shown)
    return Load(float(re.findall(r"Requests/sec:\s+([\d.]+)", shown)[0]), float(number) * MILLISECONDS[unit])


def content(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        return bytes(answer.read())


def as_files(files: dict[str, bytes], seconds: int, connections: int) -> Iterator[tuple[str, Load]]:
    """The same bytes as files under nginx, if there is one."""
    if not shutil.which("nginx"):
        return
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # nginx reads files as another user
        port = free_port()
        (Path(folder) / "conf").write_text(NGINX.format(port=port, folder=folder), encoding="utf-8")
        for number, body in enumerate(files.values()):
            (Path(folder) / f"{number}").write_bytes(body)
        with running(["nginx", "-p", folder, "-c", "conf"], {}):
            wait_for(f"http://127.0.0.1:{port}/0")
            for number, name in enumerate(files):
                yield name, load(f"http://127.0.0.1:{port}/{number}", {}, seconds, connections)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, env=os.environ | environment, cwd=Path(__file__).parent.parent)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def wait_for(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"nothing answers at {url}")
