"""Sources whose servers say that nothing has changed where something has. Frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("source", sa.Column("distrusted", sa.Boolean, nullable=False, server_default=sa.false()))
