"""Lists by numbers instead of names: half as wide, and looked up in half the time. Frozen."""

from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")  # there microseconds since 1970
TIERS = ("core", "adjacent", "off")


def upgrade() -> None:
    op.create_table(
        "new_total",
        sa.Column("axis", sa.String, primary_key=True),
        sa.Column("slug", sa.String, primary_key=True),
        sa.Column("list", sa.BigInteger, nullable=False),
        *_counts(),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "new_posting",
        _list(),
        sa.Column("dated", MOMENT, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("item_id", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "new_tally", _list(), sa.Column("day", sa.Date, primary_key=True), *_counts(), sqlite_with_rowid=False
    )
    _fill()
    for table in ("posting", "tally", "total"):
        op.drop_table(table)
        op.rename_table(f"new_{table}", table)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"ALTER INDEX new_{table}_pkey RENAME TO {table}_pkey")


def _list() -> "sa.Column[object]":
    return sa.Column("list", sa.BigInteger, primary_key=True, autoincrement=False)


def _counts() -> "list[sa.Column[object]]":
    return [sa.Column(tier, sa.Integer, nullable=False) for tier in TIERS]


def _fill() -> None:
    connection = op.get_bind()
    lists = [
        {**row, "list": _number(row["axis"], row["slug"])}
        for row in connection.execute(sa.text("SELECT * FROM total")).mappings()
    ]
    if lists:
        new = "INSERT INTO new_total VALUES (:axis, :slug, :list, :core, :adjacent, :off)"
        connection.execute(sa.text(new), lists)
    # In the order of its key, a table is written from one end to the other.
    op.execute(
        "INSERT INTO new_posting SELECT t.list, p.dated, p.item_id FROM posting p"
        " JOIN new_total t ON t.axis = p.axis AND t.slug = p.slug ORDER BY t.list, p.dated, p.item_id"
    )
    op.execute(
        "INSERT INTO new_tally SELECT t.list, d.day, d.core, d.adjacent, d.off FROM tally d"
        " JOIN new_total t ON t.axis = d.axis AND t.slug = d.slug ORDER BY t.list, d.day"
    )


def _number(axis: str, slug: str) -> int:
    name = f"{axis}/{slug}".encode(errors="surrogatepass")
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "big") >> 1
