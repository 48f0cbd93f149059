"""The first schema. Frozen: migrations import none of the program's code."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")  # there microseconds since 1970


def upgrade() -> None:
    _sources()
    _turns()
    _looks()
    _items()
    _carriage()
    _tags()
    _search()


def _sources() -> None:
    op.create_table(
        "source",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("site_url", sa.Text, nullable=False),
        sa.Column("lang", sa.String, nullable=False),
        sa.Column("region", sa.String, nullable=False),
        sa.Column("source_class", sa.String, nullable=False),
        sa.Column("interval", sa.Integer, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("host", sa.String, nullable=False),
        sa.Column("settings", sa.String, nullable=False),
        sa.Column("listed", sa.Boolean, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("http_status", sa.Integer, nullable=False),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("last_modified", sa.Text, nullable=False),
        sa.Column("url_asked", sa.Text, nullable=False),
        sa.Column("body_hash", sa.String, nullable=False),
        sa.Column("current_url", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("redirect", sa.Text, nullable=False),
        sa.Column("rhythm", sa.Text, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("last_look", MOMENT),
        sa.Column("last_success", MOMENT),
        sa.Column("last_full", MOMENT),
        sa.Column("next_look", MOMENT),
        sa.Column("why_then", sa.Text, nullable=False),
    )
    op.create_index("ix_source_host", "source", ["host"])


def _turns() -> None:
    op.create_table(
        "turn",
        sa.Column("host", sa.String, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("until", MOMENT, nullable=False),
    )


def _looks() -> None:
    op.create_table(
        "fetch",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source_id", sa.String, sa.ForeignKey("source.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("new", sa.Integer, nullable=False),
        sa.Column("edited", sa.Integer, nullable=False),
        sa.Column("sighted", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
    )
    op.create_index("ix_fetch_source_at", "fetch", ["source_id", "at"])
    op.create_table(
        "note",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )


def _items() -> None:
    op.create_table(
        "item",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("source_id", sa.String, sa.ForeignKey("source.id"), nullable=False),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("lang", sa.String, nullable=False),
        sa.Column("tier", sa.String, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("taxonomy", sa.String, nullable=False),
        sa.Column("published", MOMENT),
        sa.Column("updated", MOMENT),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("changed", MOMENT, nullable=False),
        sa.Column("dated", MOMENT, nullable=False),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_item_dated", "item", ["dated", "id"])
    op.create_index("ix_item_tier_dated", "item", ["tier", "dated", "id"])
    op.create_index("ix_item_source_dated", "item", ["source_id", "dated", "id"])
    op.create_index("ix_item_taxonomy", "item", ["taxonomy"])


def _carriage() -> None:
    op.create_table(
        "sighting",
        sa.Column("source_id", sa.String, sa.ForeignKey("source.id"), primary_key=True),
        sa.Column("entry_id", sa.Text, primary_key=True),
        sa.Column("item_id", sa.Integer, sa.ForeignKey("item.id"), nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("seen", MOMENT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sighting_item", "sighting", ["item_id"])
    op.create_table(
        "item_version",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("item_id", sa.Integer, sa.ForeignKey("item.id"), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
    )
    op.create_index("ix_item_version_item", "item_version", ["item_id"])


def _tags() -> None:
    op.create_table(
        "item_tag",
        sa.Column("item_id", sa.Integer, sa.ForeignKey("item.id"), primary_key=True),
        sa.Column("axis", sa.String, primary_key=True),
        sa.Column("slug", sa.String, primary_key=True),
        sa.Column("dated", MOMENT, nullable=False),
        sa.Column("evidence", sa.JSON, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_item_tag_listing", "item_tag", ["axis", "slug", "dated", "item_id"])


def _search() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Without content: the terms can be made again from the item.
        op.execute(
            "CREATE VIRTUAL TABLE item_search "
            "USING fts5(terms, content = '', tokenize = 'unicode61 remove_diacritics 0')"
        )
    else:
        op.execute(
            "CREATE TABLE item_search (item_id integer PRIMARY KEY REFERENCES item (id), terms tsvector NOT NULL)"
        )
        op.execute("CREATE INDEX ix_item_search_terms ON item_search USING gin (terms)")
