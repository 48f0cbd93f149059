"""The whole service without a network: serves the sample feeds of tests/data/demo on loopback, fetches and shows them.

Everything it stores goes into a folder of its own, which it removes at the end.
"""

import argparse
import contextlib
import functools
import http.server
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import ClassVar

FEEDS = Path(__file__).resolve().parent.parent / "tests" / "data" / "demo"


class Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map: ClassVar = {".xml": "application/xml"}

    def log_message(self, *_: object) -> None:
        pass


def feeds_toml(port: int) -> str:
    """A feeds file for the sample feeds as they are served."""
    lines = ['[site]\ntitle = "AI Policy Wire (demo)"\n', '[fetch]\nallow_networks = ["127.0.0.0/8"]\n']
    for path in sorted(FEEDS.glob("*.xml")):
        lines.append(f'[[source]]\nid = "{path.stem}"\nurl = "http://127.0.0.1:{port}/{path.name}"')
        title, lang, region, kind = SOURCES[path.stem]
        lines.append(f'title = "{title}"\nlang = "{lang}"\nregion = "{region}"\nclass = "{kind}"\n')
    return "\n".join(lines)


SOURCES = {
    "capitol-desk": ("Capitol Desk", "en", "us", "media"),
    "chanye-zixun": ("产业资讯", "zh", "cn", "media"),
    "federal-notices": ("Federal Notices", "en", "us", "official"),
    "keji-qianxian": ("科技前线", "zh", "cn", "trade-press"),
    "model-watch": ("Model Watch", "en", "us", "newsletter"),
    "moxing-guancha": ("模型观察", "zh", "cn", "newsletter"),
    "pacific-tech-review": ("Pacific Tech Review", "en", "us", "trade-press"),
    "zhengce-kuaixun": ("政策快讯", "zh", "cn", "official"),
}


def serve_feeds() -> int:
    """Serves the feeds in the background; answers the port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(FEEDS)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_address[1])


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--port", default="8000", help="where the site is served (8000)")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="ai-policy-wire-") as folder:
        feeds = Path(folder) / "feeds.toml"
        feeds.write_text(feeds_toml(serve_feeds()), encoding="utf-8")
        places = {"AGGREGATOR_FEEDS": str(feeds), "AGGREGATOR_DATABASE_URL": f"sqlite:///{folder}/demo.db"}
        command = [sys.executable, "-m", "aggregator", "run", "--port", options.port]
        print("Sample feeds of February and March 2025; every outlet in them is invented.", flush=True)
        process = subprocess.Popen(command, env=os.environ | places)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        with contextlib.suppress(KeyboardInterrupt):
            return process.wait()
        with contextlib.suppress(subprocess.TimeoutExpired):  # a terminal has told it as well
            return process.wait(3)
        process.terminate()
        return process.wait()


if __name__ == "__main__":
    sys.exit(main())
