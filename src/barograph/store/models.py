"""The tables."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)


class UtcTime(TypeDecorator[datetime]):
    """A time in UTC: SQLite keeps no zone, PostgreSQL gives its session's."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

experiments = Table(
    "experiments",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("description", Text, nullable=False, server_default=""),
    Column("archived", Boolean, nullable=False, server_default=false()),
    Column("created_at", UtcTime, nullable=False),
    Column("last_run_created_at", UtcTime),
)

# A pipeline is run many times: its text is kept once, under its digest.
specs = Table(
    "specs",
    metadata,
    Column("digest", String(71), primary_key=True),
    Column("text", Text, nullable=False),
)

pipelines = Table(
    "pipelines",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

pipeline_versions = Table(
    "pipeline_versions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("pipeline_id", ForeignKey("pipelines.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("spec_digest", ForeignKey("specs.digest"), nullable=False),
    Column("package_url", Text, nullable=False),
    Column("code_source_url", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("pipeline_id", "name"),
)

recurring_runs = Table(
    "recurring_runs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("experiment_id", ForeignKey("experiments.id"), nullable=False, index=True),
    # What it runs: a version of the registry (the newest, where only the pipeline is named), or a text of its own.
    Column("pipeline_id", String(36), nullable=False),
    Column("version_id", String(36), nullable=False),
    Column("spec_digest", ForeignKey("specs.digest")),
    Column("parameters", JSON, nullable=False),
    Column("service_account", Text, nullable=False),
    Column("options", JSON, nullable=False),
    Column("trigger", JSON, nullable=False),
    Column("max_concurrency", Integer, nullable=False),
    Column("no_catchup", Boolean, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("error", Text, nullable=False),
    Column("started", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("last_scheduled_at", UtcTime),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("experiment_id", ForeignKey("experiments.id"), nullable=False, index=True),
    Column("pipeline", Text, nullable=False),
    Column("spec_digest", ForeignKey("specs.digest"), nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("pipeline_root", Text, nullable=False),
    Column("options", JSON, nullable=False, server_default="{}"),
    Column("outputs", JSON, nullable=False, server_default="{}"),
    Column("state", String(16), nullable=False, index=True),
    Column("error", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("started_at", UtcTime),
    Column("finished_at", UtcTime),
    Column("description", Text, nullable=False, server_default=""),
    Column("archived", Boolean, nullable=False, server_default=false()),
    Column("pipeline_id", String(36), nullable=False, server_default=""),
    Column("version_id", String(36), nullable=False, server_default=""),
    Column("recurring_run_id", String(36), nullable=False, server_default="", index=True),
    Column("service_account", Text, nullable=False, server_default=""),
    Column("scheduled_at", UtcTime),
    Column("state_history", JSON, nullable=False, server_default="[]"),
    Column("managed", Boolean, nullable=False, server_default=false()),
    Column("cancel_requested", Boolean, nullable=False, server_default=false()),
    # What lists are sorted by: with the id, so that a page goes on exactly where another ended.
    Index("ix_runs_created_at", "created_at", "id"),
    Index("ix_runs_name", "name", "id"),
    Index("ix_runs_archived", "archived", "created_at", "id"),
    Index("ix_runs_pipeline", "pipeline", "created_at", "id"),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("path", Text, nullable=False),
    Column("kind", String(16), nullable=False, server_default="RUNTIME"),
    Column("state", String(16), nullable=False),
    Column("fingerprint", String(71), nullable=False),
    Column("ingredients", JSON, nullable=False),
    Column("environment", Text, nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("outputs", JSON, nullable=False),
    Column("cached_from", String(36)),
    Column("cache_note", Text, nullable=False, server_default=""),
    Column("attempts", JSON, nullable=False, server_default="[]"),
    Column("exit_code", Integer),
    Column("error", Text, nullable=False),
    Column("log", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("started_at", UtcTime),
    Column("finished_at", UtcTime),
    UniqueConstraint("run_id", "path"),
    Index("ix_tasks_fingerprint", "fingerprint", "state", "finished_at"),
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("uri", Text, nullable=False, index=True),
    Column("digest", String(71), nullable=False, index=True),
    Column("size", BigInteger),
    Column("media_type", Text, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index("ix_artifacts_name", "name", "created_at"),
)

links = Table(
    "links",
    metadata,
    Column("task_id", ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("role", String(6), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("artifact_id", ForeignKey("artifacts.id"), nullable=False, index=True),
)

# Every change of state, in the order of its happening: a client that lost its connection misses none.
events = Table(
    "events",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("path", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_events_run_id", "run_id", "id"),
    sqlite_autoincrement=True,
)

# The numbers of system.Metrics artifacts once more, so that runs can be sorted by them.
metrics = Table(
    "metrics",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("artifact", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Double, nullable=False),
    Index("ix_metrics_value", "key", "path", "artifact", "value", "run_id"),
)

# The values of runs' parameters once more, as `run_values.place` writes them, so that runs can be sorted by them.
parameters = Table(
    "parameters",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    # In the order of its bytes, whatever the database's language.
    Column("value", Text().with_variant(Text(collation="C"), "postgresql"), nullable=False),
    Index("ix_parameters_value", "name", "value", "run_id"),
)
