"""The site as a WSGI application, made from the environment: what the server's workers load."""

from __future__ import annotations

from flask import Flask

from aggregator.bootstrap import Environment, Service
from web import create_app


def application() -> Flask:
    service = Service(Environment.read())
    return create_app(service.db, service)
