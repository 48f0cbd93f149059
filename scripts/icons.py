"""Draws the icons of the installed app from web/static/icon.svg, in the Chromium of the browser tests."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.browsing import launched

STATIC = Path(__file__).parent.parent / "web" / "static"
ROUND = 'viewBox="0 0 32 32"'
# A launcher cuts its own shape out of a maskable icon: ink to the edge, and the drawing within four fifths.
WHOLE = 'viewBox="-2 -2 36 36" style="background:#1d1b18"'
ICONS = {"icon-192.png": (192, ROUND), "icon-512.png": (512, ROUND), "icon-maskable.png": (512, WHOLE)}


def main() -> int:
    svg = (STATIC / "icon.svg").read_text(encoding="utf-8")
    with launched() as browser:
        for name, (size, box) in ICONS.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            drawing = svg.replace(ROUND, f'{box} width="{size}" height="{size}"')
            page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{drawing}")
            page.screenshot(path=STATIC / name, omit_background=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
