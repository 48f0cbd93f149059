"""What is sent out: who gets what, and what became of each delivery. Frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")  # there microseconds since 1970


def upgrade() -> None:
    op.create_table(
        "subscription",
        sa.Column("channel", sa.String, primary_key=True),
        sa.Column("target", sa.String, primary_key=True),
        sa.Column("recipient", sa.String, primary_key=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("begun", MOMENT, nullable=False),
        sa.Column("ended", sa.Text, nullable=False),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try", MOMENT, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.UniqueConstraint("channel", "target", "subject", "recipient"),
    )
    op.create_index("ix_delivery_stage", "delivery", ["stage", "next_try"])
