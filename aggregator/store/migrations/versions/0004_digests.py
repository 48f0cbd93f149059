"""Digests that were closed. Frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")  # there microseconds since 1970


def upgrade() -> None:
    op.create_table(
        "digest",
        sa.Column("period", sa.String, primary_key=True),
        sa.Column("start", MOMENT, nullable=False),
        sa.Column("closed", MOMENT, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("stories", sa.Integer, nullable=False),
        sa.Column("reports", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
