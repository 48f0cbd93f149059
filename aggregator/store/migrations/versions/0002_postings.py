"""Every filter as a list of its own, and counts that are kept. Frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")  # there microseconds since 1970
TIERS = ("core", "adjacent", "off")


def upgrade() -> None:
    op.create_table(
        "posting",
        sa.Column("axis", sa.String, primary_key=True),
        sa.Column("slug", sa.String, primary_key=True),
        sa.Column("dated", MOMENT, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("item_id", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    _counts("tally", sa.Column("day", sa.Date, primary_key=True))
    _counts("total")
    _whole_seconds()
    _fill()
    op.drop_index("ix_item_tag_listing", "item_tag")
    op.drop_column("item_tag", "dated")
    for index in ("ix_item_dated", "ix_item_tier_dated", "ix_item_source_dated", "ix_item_taxonomy"):
        op.drop_index(index, "item")
    op.create_index("ix_item_taxonomy", "item", ["taxonomy", "id"])


def _counts(name: str, *day: "sa.Column[object]") -> None:
    op.create_table(
        name,
        sa.Column("axis", sa.String, primary_key=True),
        sa.Column("slug", sa.String, primary_key=True),
        *day,
        *(sa.Column(tier, sa.Integer, nullable=False) for tier in TIERS),
        sqlite_with_rowid=False,
    )


def _whole_seconds() -> None:
    """Items are listed by the second."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("UPDATE item SET dated = dated / 1000000 * 1000000")
    else:
        op.execute("UPDATE item SET dated = date_trunc('second', dated)")


# What stands in which list.
POSTINGS = """
    INSERT INTO posting (axis, slug, dated, item_id)
    SELECT t.axis, t.slug, i.dated, i.id FROM item_tag t JOIN item i ON i.id = t.item_id
    UNION ALL SELECT 'tier', tier, dated, id FROM item
    UNION ALL SELECT 'lang', lang, dated, id FROM item WHERE lang <> ''
    UNION ALL SELECT DISTINCT 'source', s.source_id, i.dated, i.id FROM sighting s JOIN item i ON i.id = s.item_id
"""
COUNTS = """
    INSERT INTO {counts}
    SELECT p.axis, p.slug, {day}
        sum(CASE WHEN i.tier = 'core' THEN 1 ELSE 0 END),
        sum(CASE WHEN i.tier = 'adjacent' THEN 1 ELSE 0 END),
        sum(CASE WHEN i.tier = 'off' THEN 1 ELSE 0 END)
    FROM posting p JOIN item i ON i.id = p.item_id
    GROUP BY {keys}
"""


def _fill() -> None:
    op.execute(POSTINGS)
    sqlite = op.get_bind().dialect.name == "sqlite"
    day = "date(p.dated / 1000000, 'unixepoch')," if sqlite else "(p.dated AT TIME ZONE 'UTC')::date,"
    op.execute(COUNTS.format(counts="tally", day=day, keys="1, 2, 3"))
    op.execute(COUNTS.format(counts="total", day="", keys="1, 2"))
