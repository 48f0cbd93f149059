"""An item's tags in its own row, their evidence in one beside it; the tier in every list. Frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")  # there microseconds since 1970
SQLITE = (
    "UPDATE item SET tags = coalesce((SELECT group_concat(name, ' ') FROM"
    " (SELECT axis || '/' || slug AS name FROM item_tag WHERE item_id = item.id ORDER BY axis, slug)), '')",
    "INSERT INTO evidence SELECT item_id, json_group_array(json(evidence)) FROM"
    " (SELECT item_id, evidence FROM item_tag ORDER BY item_id, axis, slug) GROUP BY item_id",
)
POSTGRESQL = (
    "UPDATE item SET tags = of.tags FROM (SELECT item_id, string_agg(axis || '/' || slug, ' '"
    ' ORDER BY axis COLLATE "C", slug COLLATE "C") AS tags FROM item_tag GROUP BY item_id) of WHERE of.item_id = id',
    'INSERT INTO evidence SELECT item_id, json_agg(evidence ORDER BY axis COLLATE "C", slug COLLATE "C")'
    " FROM item_tag GROUP BY item_id ORDER BY item_id",
)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.add_column("item", sa.Column("tags", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "evidence",
        sa.Column("item_id", sa.Integer, sa.ForeignKey("item.id"), primary_key=True, autoincrement=False),
        sa.Column("words", sa.JSON, nullable=False),
    )
    for statement in SQLITE if sqlite else POSTGRESQL:
        op.execute(statement)
    op.drop_table("item_tag")
    op.create_table(
        "new_posting",
        sa.Column("list", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("dated", MOMENT, nullable=False, autoincrement=False),
        sa.Column("item_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("tier", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("list", "dated", "item_id", postgresql_include=["tier"]),
        sqlite_with_rowid=False,
    )
    # In the order of its key, a table is written from one end to the other.
    op.execute(
        "INSERT INTO new_posting SELECT p.list, p.dated, p.item_id,"
        " CASE i.tier WHEN 'core' THEN 0 WHEN 'adjacent' THEN 1 ELSE 2 END"
        " FROM posting p JOIN item i ON i.id = p.item_id ORDER BY p.list, p.dated, p.item_id"
    )
    op.drop_table("posting")
    op.rename_table("new_posting", "posting")
    if not sqlite:
        op.execute("ALTER INDEX new_posting_pkey RENAME TO posting_pkey")
