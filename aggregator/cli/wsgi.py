"""The site as a WSGI application, made from the environment: what the server's workers load."""

from __future__ import annotations

import gc
import logging
import os
import time
from contextlib import suppress
from multiprocessing import parent_process

from flask import Flask

from aggregator.bootstrap import Environment, Service
from aggregator.cli.orphans import when_parent_ends
from aggregator.errors import ConfigError
from aggregator.store.db import read_in_place
from web import create_app

log = logging.getLogger("aggregator")
AGAIN = 2.0  # seconds


def application() -> Flask:
    # Out of the terminal's group: Ctrl-C is for the main process, which ends its workers. One that hears it twice,
    # from the terminal and from the main process, may hang.
    with suppress(OSError):
        os.setpgid(0, 0)
    if server := parent_process():
        when_parent_ends(server.pid or 0, lambda: os._exit(1))  # a worker left alone would keep the port
    return site_of(_service())


def _service() -> Service:
    """Waits until feeds.toml can be read. If this worker ended instead, the server would give up after some restarts;
    the other workers serve the last good settings meanwhile.
    """
    while True:
        try:
            return Service(Environment.read())
        except ConfigError as error:
            log.error("a worker waits until the mistakes in feeds.toml are mended\n%s", error)
            time.sleep(AGAIN)


def site_of(service: Service) -> Flask:
    """The site, in a process that does nothing else."""
    read_in_place(service.db)
    site = create_app(service.db, service)
    # What a site is made of is no garbage, and a page leaves little: to look for some makes one answer of many slow.
    gc.freeze()
    gc.set_threshold(20_000)
    return site
