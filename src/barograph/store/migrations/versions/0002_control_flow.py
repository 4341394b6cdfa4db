"""What kind of task it is, its failed attempts, why it was not cached, and how a run was asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("runs", sa.Column("options", sa.JSON, nullable=False, server_default="{}"))
    op.add_column("runs", sa.Column("outputs", sa.JSON, nullable=False, server_default="{}"))
    op.add_column("tasks", sa.Column("kind", sa.String(16), nullable=False, server_default="RUNTIME"))
    op.add_column("tasks", sa.Column("cache_note", sa.Text, nullable=False, server_default=""))
    op.add_column("tasks", sa.Column("attempts", sa.JSON, nullable=False, server_default="[]"))
    op.create_index("ix_artifacts_uri", "artifacts", ["uri"])
