"""The values of runs' parameters, to sort by; the newest runs of a pipeline, without sorting them."""

import sqlalchemy as sa
from alembic import op

from barograph.store.run_values import parameter_rows

revision = "0004"
down_revision = "0003"

_AT_A_TIME = 1000


def upgrade() -> None:
    op.create_table(
        "parameters",
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "name", name="pk_parameters"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_parameters_run_id", ondelete="CASCADE"),
    )
    op.create_index("ix_parameters_value", "parameters", ["name", "value", "run_id"])
    op.drop_index("ix_runs_pipeline", "runs")
    op.create_index("ix_runs_pipeline", "runs", ["pipeline", "created_at", "id"])
    _fill()


def _fill() -> None:
    connection, metadata = op.get_bind(), sa.MetaData()
    runs, parameters = (sa.Table(name, metadata, autoload_with=connection) for name in ("runs", "parameters"))
    query = sa.select(runs.c.id, sa.type_coerce(runs.c.parameters, sa.JSON))
    rows = [row for id_, given in connection.execute(query).fetchall() for row in parameter_rows(id_, given)]
    for start in range(0, len(rows), _AT_A_TIME):
        connection.execute(parameters.insert(), rows[start : start + _AT_A_TIME])
