"""The tables."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class UtcTime(TypeDecorator[datetime]):
    """A time with its zone, which SQLite does not keep."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC)


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
    Column("created_at", UtcTime, nullable=False),
)

# A pipeline is run many times: its text is kept once, under its digest.
specs = Table(
    "specs",
    metadata,
    Column("digest", String(71), primary_key=True),
    Column("text", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("experiment_id", ForeignKey("experiments.id"), nullable=False, index=True),
    Column("pipeline", Text, nullable=False, index=True),
    Column("spec_digest", ForeignKey("specs.digest"), nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("pipeline_root", Text, nullable=False),
    Column("options", JSON, nullable=False, server_default="{}"),
    Column("outputs", JSON, nullable=False, server_default="{}"),
    Column("state", String(16), nullable=False, index=True),
    Column("error", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False, index=True),
    Column("started_at", UtcTime),
    Column("finished_at", UtcTime),
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
