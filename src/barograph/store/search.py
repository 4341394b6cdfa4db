"""Finding runs, pipelines, experiments and artifacts by what a person remembers of them."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from barograph.states import State
from barograph.store import models
from barograph.store.database import Database

_RUN, _EXPERIMENT, _ARTIFACT = models.runs.c, models.experiments.c, models.artifacts.c
_PIPELINE, _VERSION = models.pipelines.c, models.pipeline_versions.c
_RECENT = 2000
"""Runs among which a name is looked for first, the newest: what a person looks for is mostly there."""
_HEX = re.compile(r"[0-9a-f-]{4,36}")
_DIGEST = re.compile(r"(sha256:)?([0-9a-f]{4,64})")


@dataclass(frozen=True)
class RunHit:
    """A run that was found."""

    id: str
    name: str
    state: State
    pipeline: str
    experiment: str
    archived: bool
    created_at: datetime


@dataclass(frozen=True)
class PipelineHit:
    """A pipeline that was found."""

    id: str
    name: str
    display_name: str
    description: str
    created_at: datetime


@dataclass(frozen=True)
class VersionHit:
    """A version of a pipeline that was found."""

    id: str
    name: str
    pipeline_id: str
    pipeline: str
    created_at: datetime


@dataclass(frozen=True)
class ExperimentHit:
    """An experiment that was found."""

    id: str
    name: str
    description: str
    archived: bool
    created_at: datetime


@dataclass(frozen=True)
class ArtifactHit:
    """An artifact that was found."""

    id: str
    name: str
    type: str
    digest: str
    size: int | None
    media_type: str
    created_at: datetime


@dataclass(frozen=True)
class Hits:
    """What was found, of each kind the newest first; before them runs and artifacts whose whole name it is."""

    runs: tuple[RunHit, ...] = ()
    pipelines: tuple[PipelineHit, ...] = ()
    versions: tuple[VersionHit, ...] = ()
    experiments: tuple[ExperimentHit, ...] = ()
    artifacts: tuple[ArtifactHit, ...] = ()


class Search:
    """Finds things by words."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, words: str, limit: int = 10) -> Hits:
        """What ``words`` may mean: part of a run's, pipeline's, version's or experiment's name; the beginning of a
        run's or artifact's id, of an artifact's digest or of its name.

        Args:
            words: white space around them does not count.
            limit: how many of each kind at the most.
        """
        words = words.strip()
        if not words:
            return Hits()
        with self._database.transaction() as connection:
            return Hits(
                tuple(RunHit(row[0], row[1], State(row[2]), *row[3:]) for row in _runs(connection, words, limit)),
                tuple(PipelineHit(*row) for row in connection.execute(_pipelines(words, limit))),
                tuple(VersionHit(*row) for row in connection.execute(_versions(words, limit))),
                tuple(ExperimentHit(*row) for row in connection.execute(_experiments(words, limit))),
                tuple(ArtifactHit(*row) for row in _artifacts(connection, words, limit)),
            )


def _runs(connection: sa.Connection, words: str, limit: int) -> list[Any]:
    recent = sa.select(_RUN.id, _RUN.name).order_by(_RUN.created_at.desc(), _RUN.id.desc()).limit(_RECENT).subquery()
    # SQLite's LIKE heeds no case of letters already, and needs no more than the index on names for this.
    serial = connection.dialect.name == "sqlite"

    def named(name: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        return name.contains(words, autoescape=True) if serial else name.icontains(words, autoescape=True)

    queries = [sa.select(_RUN.id).where(_RUN.name == words)]
    if _HEX.fullmatch(words.lower()):
        queries.append(sa.select(_RUN.id).where(_begins(_RUN.id, words.lower())))
    queries += [sa.select(recent.c.id).where(named(recent.c.name)), sa.select(_RUN.id).where(named(_RUN.name))]
    ids: set[str] = set()
    for query in queries:
        if len(ids) < limit:
            ids.update(connection.execute(query.limit(limit)).scalars())
    rows = (
        sa.select(
            _RUN.id, _RUN.name, _RUN.state, _RUN.pipeline, _EXPERIMENT.name.label("_"), _RUN.archived, _RUN.created_at
        )
        .join(models.experiments, _EXPERIMENT.id == _RUN.experiment_id)
        .where(_RUN.id.in_(ids))
        .order_by((_RUN.name == words).desc(), _RUN.created_at.desc())
    )
    return list(connection.execute(rows.limit(limit)))


def _pipelines(words: str, limit: int) -> sa.Select[Any]:
    named = _PIPELINE.name.icontains(words, autoescape=True) | _PIPELINE.display_name.icontains(words, autoescape=True)
    columns = (_PIPELINE.id, _PIPELINE.name, _PIPELINE.display_name, _PIPELINE.description, _PIPELINE.created_at)
    return sa.select(*columns).where(named).order_by(_PIPELINE.created_at.desc()).limit(limit)


def _versions(words: str, limit: int) -> sa.Select[Any]:
    columns = (_VERSION.id, _VERSION.name, _PIPELINE.id.label("pipeline"), _PIPELINE.name.label("_"))
    return (
        sa.select(*columns, _VERSION.created_at)
        .join(models.pipelines, _PIPELINE.id == _VERSION.pipeline_id)
        .where(_VERSION.name.icontains(words, autoescape=True))
        .order_by(_VERSION.created_at.desc())
        .limit(limit)
    )


def _experiments(words: str, limit: int) -> sa.Select[Any]:
    columns = (_EXPERIMENT.id, _EXPERIMENT.name, _EXPERIMENT.description, _EXPERIMENT.archived, _EXPERIMENT.created_at)
    named = _EXPERIMENT.name.icontains(words, autoescape=True)
    return sa.select(*columns).where(named).order_by(_EXPERIMENT.created_at.desc()).limit(limit)


def _artifacts(connection: sa.Connection, words: str, limit: int) -> list[Any]:
    columns = [_ARTIFACT[name] for name in ("id", "name", "type", "digest", "size", "media_type", "created_at")]
    newest = sa.select(*columns).order_by(_ARTIFACT.created_at.desc()).limit(limit)
    queries = [newest.where(_ARTIFACT.name == words)]
    if _HEX.fullmatch(words.lower()):
        queries.append(sa.select(*columns).where(_begins(_ARTIFACT.id, words.lower())).limit(limit))
    if digest := _DIGEST.fullmatch(words.lower()):
        queries.append(sa.select(*columns).where(_begins(_ARTIFACT.digest, f"sha256:{digest[2]}")).limit(limit))
    queries.append(
        sa.select(*columns).where(_begins(_ARTIFACT.name, words, "\U0010ffff")).order_by(_ARTIFACT.name).limit(limit)
    )
    found: dict[str, Any] = {}
    for query in queries:
        if len(found) < limit:
            found.update({row.id: row for row in connection.execute(query)})
    return list(found.values())[:limit]


def _begins(column: sa.ColumnElement[str], beginning: str, last: str = "z") -> sa.ColumnElement[bool]:
    """Whether a text begins so. An index can tell it from the limits alone, in most orders of letters; ``last`` comes
    after all that may follow."""
    return column.between(beginning, f"{beginning}{last}") & column.startswith(beginning, autoescape=True)
