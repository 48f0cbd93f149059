"""Errors as pages that say what to do: never a bare 500, never a redirect to the front page."""

from __future__ import annotations

import logging

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from aggregator.errors import QueryError, StoreError
from web.api.resource import PREFIX, error_response

log = logging.getLogger("aggregator")


def register(app: Flask) -> None:
    app.register_error_handler(QueryError, _bad_query)
    app.register_error_handler(StoreError, _no_store)
    app.register_error_handler(HTTPException, _http)


def _page(status: int, title: str, reason: str, parameter: str | None = None) -> Response:
    if request.path.startswith(PREFIX):
        response = error_response(status, title, reason, parameter)
    else:
        response = make_response(render_template("error.html", status=status, title=title, reason=reason), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _bad_query(error: QueryError) -> Response:
    return _page(400, "This filter cannot be understood", str(error), error.parameter)


def _no_store(error: StoreError) -> Response:
    log.error("%s", error)
    return _page(503, "The store is not in reach", "Please try again in a moment; the log says more.")


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 404:
        named = error.description if error.description != NotFound.description else ""
        remedy = "The address may be mistyped. Try the search, or the list of tags."
        return _page(404, "Nothing is here", f"{named} {remedy}".strip())
    response = _page(status, error.name, error.description or "")
    if isinstance(error, MethodNotAllowed):
        response.allow.update(error.valid_methods or ())  # required (RFC 9110, section 15.5.6)
    return response
