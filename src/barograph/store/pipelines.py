"""The registry: pipelines and their versions."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from barograph.errors import ConflictError, NotFoundError, StateError
from barograph.store import models
from barograph.store.database import Database
from barograph.store.listing import Fields, Page, Query, read_page
from barograph.store.records import Pipeline, PipelineVersion
from barograph.store.store import keep_spec

_PIPELINES = models.pipelines
_VERSIONS = models.pipeline_versions
_SPEC = sa.select(models.specs.c.text).where(models.specs.c.digest == _VERSIONS.c.spec_digest).correlate(_VERSIONS)
FIELDS: Fields = {name: _PIPELINES.c[name] for name in ("id", "name", "display_name", "description", "created_at")}
VERSION_FIELDS: Fields = {
    **{name: _VERSIONS.c[name] for name in ("id", "name", "display_name", "description", "created_at", "pipeline_id")},
    "spec": _SPEC.scalar_subquery(),
}
TAG = "tags."
"""What a field begins with that is a tag: ``tags.KEY``."""


class Pipelines:
    """What pipelines there are. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, pipeline: Pipeline, first: PipelineVersion | None = None) -> None:
        """Keep a new pipeline, and its first version with it.

        Raises:
            ConflictError: there is one of this name.
        """
        try:
            with self._database.transaction(write=True) as connection:
                connection.execute(_PIPELINES.insert().values(vars(pipeline)))
                if first is not None:
                    _insert(connection, first)
        except sa.exc.IntegrityError:
            raise ConflictError(
                f"there is a pipeline {pipeline.name!r} already; choose another name, or upload a new version of it"
            ) from None

    def add_version(self, version: PipelineVersion) -> None:
        """Keep a new version of a pipeline.

        Raises:
            NotFoundError: there is no such pipeline.
            ConflictError: it has a version of this name.
        """
        pipeline = self.get(version.pipeline_id)
        try:
            with self._database.transaction(write=True) as connection:
                _insert(connection, version)
        except sa.exc.IntegrityError:
            raise ConflictError(
                f"the pipeline {pipeline.name!r} has a version {version.name!r} already, "
                "and versions never change; choose another name"
            ) from None

    def get(self, id_: str) -> Pipeline:
        """The pipeline with this id.

        Raises:
            NotFoundError: there is none.
        """
        return self._pipeline(_PIPELINES.c.id == id_, f"no pipeline has the id {id_!r}")

    def named(self, name: str) -> Pipeline:
        """The pipeline of this name.

        Raises:
            NotFoundError: there is none.
        """
        return self._pipeline(_PIPELINES.c.name == name, f"there is no pipeline {name!r}; `barograph pipeline list`")

    def version(self, pipeline_id: str, id_: str) -> PipelineVersion:
        """A version of a pipeline, by its id; ``spec`` is filled.

        Raises:
            NotFoundError: there is none.
        """
        here = (_VERSIONS.c.id == id_) & (_VERSIONS.c.pipeline_id == pipeline_id)
        found = self._versions(here)
        if not found:
            self.get(pipeline_id)
            raise NotFoundError(f"the pipeline with the id {pipeline_id!r} has no version with the id {id_!r}")
        return found[0]

    def version_of_any(self, id_: str) -> PipelineVersion:
        """The version with this id, of whatever pipeline it is; ``spec`` is filled.

        Raises:
            NotFoundError: there is none.
        """
        found = self._versions(_VERSIONS.c.id == id_)
        if not found:
            raise NotFoundError(f"no version of a pipeline has the id {id_!r}")
        return found[0]

    def version_named(self, pipeline_id: str, name: str) -> PipelineVersion | None:
        """The version of a pipeline that has this name; ``spec`` is filled."""
        here = (_VERSIONS.c.pipeline_id == pipeline_id) & (_VERSIONS.c.name == name)
        return next(iter(self._versions(here)), None)

    def version_names(self, ids: Collection[str]) -> dict[str, str]:
        """The names of versions by their ids; one that is gone is left out."""
        query = sa.select(_VERSIONS.c.id, _VERSIONS.c.name).where(_VERSIONS.c.id.in_(ids))
        with self._database.transaction() as connection:
            return {id_: name for id_, name in connection.execute(query).tuples()}  # noqa: C416

    def newest(self, pipeline_id: str) -> PipelineVersion:
        """A pipeline's newest version; ``spec`` is filled.

        Raises:
            NotFoundError: there is none.
        """
        found = self._versions(_VERSIONS.c.pipeline_id == pipeline_id)
        if not found:
            raise NotFoundError(f"the pipeline {self.get(pipeline_id).name!r} has no version; upload one")
        return found[0]

    def referred(self, pipeline_id: str, reference: str) -> PipelineVersion:
        """A version of a pipeline by its name, a tag (the newest with it) or the beginning of its digest or id;
        ``spec`` is filled.

        A tag is a key of ``tags``, or ``key=value``; ``latest`` is the newest version where none has that tag or name.
        A name may lack what follows a ``+``: ``v1.2`` is the newest build of it, such as ``v1.2+0a1b2c3d``.

        Raises:
            NotFoundError: there is none.
        """
        name, id_ = _VERSIONS.c.name, _VERSIONS.c.id
        key, given, value = reference.partition("=")
        tag = _tag(_VERSIONS, key)
        digest = "sha256:" + reference.removeprefix("sha256:")
        # A name before a tag, a tag before the beginning of an id.
        for condition in (
            name == reference,
            tag == value if given else tag.is_not(None),
            name.startswith(f"{reference}+", autoescape=True),
            id_.startswith(reference, autoescape=True) | _VERSIONS.c.spec_digest.startswith(digest, autoescape=True),
        ):
            if found := self._versions((_VERSIONS.c.pipeline_id == pipeline_id) & condition):
                return found[0]
        if reference == "latest":
            return self.newest(pipeline_id)
        raise NotFoundError(f"the pipeline {self.get(pipeline_id).name!r} has no version or tag {reference!r}")

    def same(self, pipeline_id: str, digest: str) -> PipelineVersion | None:
        """The newest version of a pipeline whose text has this digest."""
        here = (_VERSIONS.c.pipeline_id == pipeline_id) & (_VERSIONS.c.spec_digest == digest)
        return next(iter(self._versions(here)), None)

    def page(self, query: Query) -> Page[Pipeline]:
        """The pipelines that ``query`` asks for; see ``FIELDS``, and ``tags.KEY``."""
        with self._database.transaction() as connection:
            fields = _with_tags(FIELDS, _PIPELINES, query)
            return read_page(connection, _PIPELINES, _PIPELINES.select(), fields, query, _read)

    def version_page(self, pipeline_id: str, query: Query, specs: bool = False) -> Page[PipelineVersion]:
        """The versions of a pipeline that ``query`` asks for; see ``VERSION_FIELDS``, and ``tags.KEY``.

        Args:
            pipeline_id: the pipeline.
            query: which of its versions.
            specs: whether their ``spec`` is filled.
        """
        fields = _with_tags(VERSION_FIELDS, _VERSIONS, query)
        rows = _with_spec() if specs else _VERSIONS.select()
        with self._database.transaction() as connection:
            return read_page(
                connection, _VERSIONS, rows, fields, query, _read_version, within=_VERSIONS.c.pipeline_id == pipeline_id
            )

    def update(self, id_: str, **changes: Any) -> Pipeline:
        """Change a pipeline's ``display_name``, ``description`` or ``tags``, and give it as it is then.

        Raises:
            NotFoundError: there is none with this id.
        """
        pipeline = replace(self.get(id_), **changes)
        if changes:
            with self._database.transaction() as connection:
                connection.execute(_PIPELINES.update().where(_PIPELINES.c.id == id_).values(changes))
        return pipeline

    def update_version(self, pipeline_id: str, id_: str, **changes: Any) -> PipelineVersion:
        """Change a version's ``display_name``, ``description`` or ``tags``: all of it that may change.

        Raises:
            NotFoundError: there is none with this id.
        """
        version = replace(self.version(pipeline_id, id_), **changes)
        if changes:
            with self._database.transaction() as connection:
                connection.execute(_VERSIONS.update().where(_VERSIONS.c.id == id_).values(changes))
        return version

    def tag(self, version: PipelineVersion, given: Mapping[str, str], taken: Collection[str] = ()) -> PipelineVersion:
        """Give a version tags, and take some from it; gives the version as it is then.

        A tag without a value, such as ``latest``, is on one version of a pipeline at a time: the others lose it.
        """
        with self._database.transaction(write=True) as connection:
            there = sa.select(_VERSIONS.c.id, _VERSIONS.c.tags).where(_VERSIONS.c.pipeline_id == version.pipeline_id)
            for id_, tags in connection.execute(there.with_for_update()).all():
                if id_ == version.id:
                    changed = {key: value for key, value in {**tags, **given}.items() if key not in taken}
                    version = replace(version, tags=changed)
                else:
                    changed = {key: value for key, value in tags.items() if value or given.get(key) != ""}
                if changed != tags:
                    connection.execute(_VERSIONS.update().where(_VERSIONS.c.id == id_).values(tags=changed))
        return version

    def delete(self, id_: str, cascade: bool = False) -> None:
        """Remove a pipeline. Runs that were started from it stay, with their text.

        Raises:
            NotFoundError: there is none with this id.
            StateError: it has versions, and ``cascade`` is false.
        """
        pipeline = self.get(id_)
        with self._database.transaction(write=True) as connection:
            versions = _VERSIONS.select().where(_VERSIONS.c.pipeline_id == id_)
            if not cascade and connection.execute(versions.limit(1)).first():
                raise StateError(
                    f"the pipeline {pipeline.name!r} has versions: delete them first, or all of it with cascade=true"
                )
            connection.execute(_PIPELINES.delete().where(_PIPELINES.c.id == id_))

    def delete_version(self, pipeline_id: str, id_: str) -> None:
        """Remove a version.

        Raises:
            NotFoundError: there is none.
        """
        self.version(pipeline_id, id_)
        with self._database.transaction() as connection:
            connection.execute(_VERSIONS.delete().where(_VERSIONS.c.id == id_))

    def _pipeline(self, condition: sa.ColumnElement[bool], otherwise: str) -> Pipeline:
        with self._database.transaction() as connection:
            row = connection.execute(_PIPELINES.select().where(condition)).mappings().first()
        if row is None:
            raise NotFoundError(otherwise)
        return _read(row)

    def _versions(self, condition: sa.ColumnElement[bool]) -> list[PipelineVersion]:
        query = _with_spec().where(condition).order_by(_VERSIONS.c.created_at.desc(), _VERSIONS.c.id).limit(1)
        with self._database.transaction() as connection:
            return [_read_version(row) for row in connection.execute(query).mappings()]


def _insert(connection: sa.Connection, version: PipelineVersion) -> None:
    row = {name: value for name, value in vars(version).items() if name not in ("spec", "digest")}
    connection.execute(_VERSIONS.insert().values(row | {"spec_digest": keep_spec(connection, version.spec)}))


def _with_spec() -> sa.Select[Any]:
    specs = models.specs
    return sa.select(*_VERSIONS.c, specs.c.text.label("spec")).join(specs, specs.c.digest == _VERSIONS.c.spec_digest)


def _with_tags(fields: Fields, table: sa.Table, query: Query) -> Fields:
    named = {predicate.field for predicate in query.filters} | {query.sort}
    return {**fields, **{name: _tag(table, name.removeprefix(TAG)) for name in named if name.startswith(TAG)}}


def _tag(table: sa.Table, key: str) -> sa.ColumnElement[str]:
    # SQLite has no way to write these in a path; no tag has them.
    return sa.literal(None, sa.String) if set(key) & {'"', "\\"} else table.c.tags[key].as_string()


def _read(row: Any) -> Pipeline:
    return Pipeline(**row)


def _read_version(row: Any) -> PipelineVersion:
    values = {**row}
    return PipelineVersion(digest=values.pop("spec_digest"), **values)
