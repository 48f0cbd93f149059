"""Errors as pages that say what to do: never a bare 500, never a redirect to the front page."""

from __future__ import annotations

import logging
from urllib.parse import quote, urlencode

from flask import Flask, Response, g, make_response, render_template, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from aggregator.errors import QueryError, StoreError
from aggregator.model.saying import listed, to_say
from web.api.resource import PREFIX, error_response
from web.languages import gettext as _
from web.languages import said

_NAMES = {
    410: (
        to_say("It is no longer kept"),
        to_say(
            "This was here. What is old, and shown by no source any more, is taken out; digests that told of it keep"
            " its title and its link."
        ),
    ),
    405: (to_say("Method Not Allowed"), to_say("The method is not allowed for the requested URL.")),
    500: (
        to_say("Internal Server Error"),
        to_say(
            "The server encountered an internal error and was unable to complete your request. Either the server is"
            " overloaded or there is an error in the application."
        ),
    ),
}  # as Werkzeug says it

log = logging.getLogger("aggregator")


def register(app: Flask) -> None:
    app.register_error_handler(QueryError, _bad_query)
    app.register_error_handler(StoreError, _no_store)
    app.register_error_handler(HTTPException, _http)


def _of_api() -> bool:
    return request.path.startswith(PREFIX)


def _page(status: int, title: str, reason: str, parameter: str | None = None, without: str = "") -> Response:
    """`without` is the address of the same page without what is wrong with this one."""
    if _of_api():
        response = error_response(status, title, reason, parameter)
    else:
        meant = g.get("meant", ())
        shown = render_template(
            "error.html", status=status, title=title, reason=reason, meant=meant, without=without
        )  # fmt: skip
        response = make_response(shown, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _bad_query(error: QueryError) -> Response:
    title = _("This parameter cannot be understood") if _of_api() else _("This filter cannot be understood")
    reason = said(listed(": ", (error.parameter, error.reason)))
    return _page(400, title, reason, error.parameter, _lacking(error.parameter))


def _lacking(parameter: str) -> str:
    """This address without a parameter; "" if that is not what is wrong with it."""
    others = [(name, value) for name, value in request.args.items(multi=True) if name != parameter]
    if len(others) == len(list(request.args.items(multi=True))):
        return ""
    return _address(request.path, urlencode(others))


def _address(path: str, parameters: str) -> str:
    return f"{request.root_path}{quote(path)}" + (f"?{parameters}" if parameters else "")


def _no_store(error: StoreError) -> Response:
    log.error("%s", error)
    return _page(503, _("The store is not in reach"), _("Please try again in a moment; the log says more."))


def _without_slash() -> str:
    """The address of the page that is meant by one with a slash too many; "" if there is none."""
    bare = request.path.rstrip("/")
    adapter = request_ctx.url_adapter
    if not bare or bare == request.path or "//" in bare or adapter is None or not adapter.test(bare, method="GET"):
        return ""
    return _address(bare, request.query_string.decode("latin-1"))


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 404 and (page := _without_slash()):
        return Response(status=301, headers={"Location": page})
    if status == 404:
        named = error.description if error.description != NotFound.description else None
        remedy = _("The address may be mistyped. Try the search, or the list of tags.")
        if _of_api():
            remedy = _("The address may be mistyped. What there is stands at %(address)s.", address=PREFIX)
        return _page(404, _("Nothing is here"), said(listed(" ", [named, remedy])) if named else remedy)
    named, reason = _NAMES.get(status, (error.name, error.description or ""))
    response = _page(status, _(named), _(reason))
    if isinstance(error, MethodNotAllowed):
        response.allow.update(error.valid_methods or ())  # required (RFC 9110, section 15.5.6)
    return response
