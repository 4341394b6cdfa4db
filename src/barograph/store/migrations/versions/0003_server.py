"""What a server needs: the registry, recurring runs, events, metrics to sort by, and more of runs and experiments."""

import math

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _extend()
    _registry()
    _recurring_runs()
    _events()
    _metrics()
    _fill()


def _extend() -> None:
    op.add_column("experiments", sa.Column("description", sa.Text, nullable=False, server_default=""))
    op.add_column("experiments", sa.Column("archived", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("experiments", sa.Column("last_run_created_at", _TIME))
    for name in ("description", "service_account"):
        op.add_column("runs", sa.Column(name, sa.Text, nullable=False, server_default=""))
    for name in ("pipeline_id", "version_id", "recurring_run_id"):
        op.add_column("runs", sa.Column(name, sa.String(36), nullable=False, server_default=""))
    for name in ("archived", "managed", "cancel_requested"):
        op.add_column("runs", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("runs", sa.Column("scheduled_at", _TIME))
    op.add_column("runs", sa.Column("state_history", sa.JSON, nullable=False, server_default="[]"))
    op.drop_index("ix_runs_created_at", "runs")
    op.create_index("ix_runs_created_at", "runs", ["created_at", "id"])
    op.create_index("ix_runs_name", "runs", ["name", "id"])
    op.create_index("ix_runs_archived", "runs", ["archived", "created_at", "id"])
    op.create_index("ix_runs_recurring_run_id", "runs", ["recurring_run_id"])
    op.create_index("ix_artifacts_name", "artifacts", ["name", "created_at"])


def _registry() -> None:
    op.create_table(
        "pipelines",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("display_name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pipelines"),
        sa.UniqueConstraint("name", name="uq_pipelines_name"),
    )
    op.create_table(
        "pipeline_versions",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("pipeline_id", sa.String(36), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("display_name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("spec_digest", sa.String(71), nullable=False),
        sa.Column("package_url", sa.Text, nullable=False),
        sa.Column("code_source_url", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pipeline_versions"),
        sa.ForeignKeyConstraint(
            ["pipeline_id"], ["pipelines.id"], name="fk_pipeline_versions_pipeline_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["spec_digest"], ["specs.digest"], name="fk_pipeline_versions_spec_digest"),
        sa.UniqueConstraint("pipeline_id", "name", name="uq_pipeline_versions_pipeline_id_name"),
    )


def _recurring_runs() -> None:
    op.create_table(
        "recurring_runs",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("experiment_id", sa.String(36), nullable=False),
        sa.Column("pipeline_id", sa.String(36), nullable=False),
        sa.Column("version_id", sa.String(36), nullable=False),
        sa.Column("spec_digest", sa.String(71)),
        sa.Column("parameters", sa.JSON, nullable=False),
        sa.Column("service_account", sa.Text, nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("trigger", sa.JSON, nullable=False),
        sa.Column("max_concurrency", sa.Integer, nullable=False),
        sa.Column("no_catchup", sa.Boolean, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("started", sa.Integer, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("last_scheduled_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_recurring_runs"),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"], name="fk_recurring_runs_experiment_id"),
        sa.ForeignKeyConstraint(["spec_digest"], ["specs.digest"], name="fk_recurring_runs_spec_digest"),
    )
    op.create_index("ix_recurring_runs_experiment_id", "recurring_runs", ["experiment_id"])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False, autoincrement=True),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_events_run_id", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_run_id", "events", ["run_id", "id"])


def _metrics() -> None:
    op.create_table(
        "metrics",
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("artifact", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "path", "artifact", "key", name="pk_metrics"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_metrics_run_id", ondelete="CASCADE"),
    )
    op.create_index("ix_metrics_value", "metrics", ["key", "path", "artifact", "value", "run_id"])


def _fill() -> None:
    """What the record of earlier versions says in other places."""
    connection = op.get_bind()
    newest = "SELECT max(created_at) FROM runs WHERE runs.experiment_id = experiments.id"
    connection.execute(sa.text(f"UPDATE experiments SET last_run_created_at = ({newest})"))
    metadata = sa.MetaData()
    tasks, links, artifacts, metrics = (
        sa.Table(name, metadata, autoload_with=connection) for name in ("tasks", "links", "artifacts", "metrics")
    )
    query = (
        sa.select(tasks.c.run_id, tasks.c.path, links.c.key, sa.type_coerce(artifacts.c.metadata, sa.JSON))
        .join(links, links.c.task_id == tasks.c.id)
        .join(artifacts, artifacts.c.id == links.c.artifact_id)
        .where(links.c.role == "OUTPUT", links.c.position == 0, artifacts.c.type == "system.Metrics")
    )
    for run_id, path, artifact, held in connection.execute(query).fetchall():
        for key, value in held.items():
            if (isinstance(value, float) and math.isfinite(value)) or (type(value) is int and abs(value) < 2**1000):
                row = {"run_id": run_id, "path": path, "artifact": artifact, "key": key, "value": float(value)}
                connection.execute(metrics.insert().values(row))
