"""aggregator config"""

from __future__ import annotations

import click

from aggregator.bootstrap import Environment, Service
from aggregator.config.written import in_force
from aggregator.store.db import address_of


@click.command("config", epilog="Example: aggregator config | grep -v '# default'")
def config_command() -> None:
    """Print the settings in force as TOML, defaults included.

    Passwords are not shown: feeds.toml only says where they are, and that of the database is left out.
    """
    service = Service(Environment.read())
    service.verify()
    config, environment = service.config, service.environment
    enabled = sum(source.enabled for source in config.sources)
    click.echo(f"# AGGREGATOR_FEEDS: {environment.feeds}")
    click.echo(f"# AGGREGATOR_DATABASE_URL: {address_of(environment.database_url)}")
    click.echo(
        f"# And as the file has them: {len(config.sources)} sources ({enabled} enabled), {len(config.queries)} queries,"
        f" {len(config.mails)} mails, {len(config.webhooks)} webhooks."
    )
    click.echo(f"\n{in_force(config)}", nl=False)
