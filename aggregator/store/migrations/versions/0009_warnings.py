"""What is wrong with a document that can be read all the same. Frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("source", sa.Column("warning", sa.Text, nullable=False, server_default=""))
