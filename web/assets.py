"""The style, the script and the icons: small files under addresses that change with them, so that browsers ask once."""

from __future__ import annotations

from functools import cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request

from web.response_cache import etag_of

FOLDER = Path(__file__).parent / "static"
_ENDPOINT = "static"
_FOR_EVER = "public, max-age=31536000, immutable"  # RFC 8246


def register(app: Flask) -> None:
    app.add_url_rule("/static/<filename>", _ENDPOINT, static_file)
    app.url_defaults(_with_version)


def static_file(filename: str) -> Response:
    """A file; to be held for ever where it is asked for by what it holds."""
    if filename not in _files():
        abort(404)
    kind = guess_type(filename)[0] or "application/octet-stream"
    current = request.args.get("v") == _version_of(filename)
    return Response(_files()[filename], mimetype=kind, headers={"Cache-Control": _FOR_EVER if current else "no-cache"})


def _with_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == _ENDPOINT and values.get("filename") in _files():
        values["v"] = _version_of(values["filename"])


@cache
def _files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in FOLDER.iterdir()}


@cache
def _version_of(filename: str) -> str:
    return etag_of(_files()[filename])[:8]
