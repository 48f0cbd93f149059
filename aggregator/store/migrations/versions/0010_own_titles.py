"""What the documents of sources call themselves. Frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("source", sa.Column("own_title", sa.Text, nullable=False, server_default=""))
