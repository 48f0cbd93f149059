"""The API's description: OpenAPI 3.1 for programs, a page for people. Both are made from the code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, render_template
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI

from web.api.resource import MEDIA_TYPE, PREFIX, Error, refuse

pages = Blueprint("api_docs", __name__)


class Operation(NamedTuple):
    """What can be asked, with an example that has an answer."""

    path: str
    summary: str
    description: str
    parameters: list[dict[str, Any]]
    example: str


def described(name: str) -> OpenAPI:
    """An application whose API describes itself. Nothing is loaded from elsewhere: the library's own pages stay off."""
    return OpenAPI(
        name, info=Info(title="AI Policy Wire", version="1", summary="What the site shows, to be read by programs."),
        security_schemes={}, doc_ui=False, static_folder=None,
        validation_error_status=400, validation_error_model=Error, validation_error_callback=refuse,
    )  # fmt: skip


@pages.get(f"{PREFIX}v1/openapi.json")
def openapi() -> Response:
    return Response(json.dumps(_document(), ensure_ascii=False, indent=1), mimetype=MEDIA_TYPE)


@pages.get(PREFIX)
def api_page() -> str:
    return render_template("api.html", operations=list(operations(_document())))


def _document() -> dict[str, Any]:
    return cast("OpenAPI", current_app).api_doc


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for said in methods.values():
            parameters = said.get("parameters", [])
            yield Operation(path, said["summary"], said.get("description", ""), parameters, _example(path, parameters))


def _example(path: str, parameters: list[dict[str, Any]]) -> str:
    """The path with an example for what it needs, and the first of what it may be asked with."""
    examples = {said["name"]: said["schema"]["example"] for said in parameters if "example" in said["schema"]}
    for said in parameters:
        if said["in"] == "path":
            path = path.replace(f"{{{said['name']}}}", str(examples.pop(said["name"])))
    return f"{path}?{urlencode([*examples.items()][:2], doseq=True)}" if examples else path
