"""Until when a webhook or a hub has asked us to wait. Frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")  # there microseconds since 1970


def upgrade() -> None:
    op.add_column("subscription", sa.Column("held", MOMENT))
