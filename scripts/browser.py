"""Finds Chromium for the browser tests, or installs it: Debian's where apt-get can, else Playwright's own.

Says what it does. Fonts for Chinese are installed along, so that pictures show characters and not boxes.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> int:
    if found := next(filter(None, map(shutil.which, NAMES)), None):
        print(f"Chromium for the browser tests: {found}")
        return 0
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Debian's packages chromium and fonts-noto-cjk for the browser tests")
        quietly = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], check=True, **quietly)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"]
        return subprocess.run(install, check=False, **quietly).returncode
    print("Installing Playwright's Chromium for the browser tests")
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
