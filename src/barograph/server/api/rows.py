"""The rows of an artifact that is a table: those that somebody asks for, and columns of numbers as curves."""

from pathlib import Path
from typing import Annotated

from fastapi import Query

from barograph.artifacts import rows, series, tables, values
from barograph.artifacts.content import media_type_of
from barograph.artifacts.rows import Rows, Wanted, csv_rows, parquet_rows
from barograph.artifacts.series import Curves, csv_curves, parquet_curves
from barograph.artifacts.tables import NoTable, is_csv, is_parquet
from barograph.artifacts.values import ValueCounts, csv_values, parquet_values
from barograph.errors import RequestError, StateError
from barograph.server.api.artifacts import FoundArtifact, content_of
from barograph.server.api.folders import file_in
from barograph.server.api.shapes import Router, complete
from barograph.server.backend import Backend, Context
from barograph.store import Artifact

router = Router("Artifacts")
complete(rows, series, tables, values)

_FARTHEST = 2**53
_CURVES = 50

InFolder = Annotated[str, Query(description="A file in a folder.")]


@router.get("/artifacts/{artifact_id}/rows")
def artifact_rows(
    backend: Context,
    artifact: FoundArtifact,
    path: InFolder = "",
    equals: Annotated[
        list[str] | None, Query(description="Such as `true=dew`: a column and its value; all of them must hold.")
    ] = None,
    sort: Annotated[str, Query(description="A column, with ` desc` for the largest first.")] = "",
    after: Annotated[int, Query(ge=0, le=_FARTHEST, description="How many of these rows to leave out.")] = 0,
    limit: Annotated[int, Query(ge=1, le=500, description="How many at the most.")] = 60,
) -> Rows:
    """The rows of a table (CSV or Parquet) that match, a page at a time, with small pictures in them."""
    column, descending = _sorting(sort)
    wanted = Wanted([_equals(each) for each in equals or ()], column, descending, after, limit)
    file, parquet = _table(backend, artifact, path)
    try:
        return parquet_rows(file, wanted) if parquet else csv_rows(file, wanted)
    except NoTable as error:
        raise StateError(f"the artifact {artifact.name!r}: {error}") from None


@router.get("/artifacts/{artifact_id}/rows/series")
def artifact_series(
    backend: Context,
    artifact: FoundArtifact,
    x: Annotated[str, Query(description="A column of numbers.")],
    y: Annotated[list[str], Query(min_length=1, max_length=_CURVES, description="Columns of numbers, over that.")],
    path: InFolder = "",
    points: Annotated[int, Query(ge=10, le=20_000, description="Points of a curve at the most.")] = 2000,
) -> Curves:
    """Columns of a table (CSV or Parquet) as curves; of a long one, what a chart shows: its lows and its highs."""
    file, parquet = _table(backend, artifact, path)
    try:
        return parquet_curves(file, x, y, points) if parquet else csv_curves(file, x, y, points)
    except NoTable as error:
        raise StateError(f"the artifact {artifact.name!r}: {error}") from None


@router.get("/artifacts/{artifact_id}/rows/values")
def artifact_values(
    backend: Context,
    artifact: FoundArtifact,
    column: Annotated[str, Query(description="A column of texts, numbers, ... that can be compared.")],
    path: InFolder = "",
    limit: Annotated[int, Query(ge=1, le=1000, description="How many values at the most.")] = 100,
) -> ValueCounts:
    """How often each value stands in a column of a table (CSV or Parquet), the most frequent first."""
    file, parquet = _table(backend, artifact, path)
    try:
        return parquet_values(file, column, limit) if parquet else csv_values(file, column, limit)
    except NoTable as error:
        raise StateError(f"the artifact {artifact.name!r}: {error}") from None


def _sorting(sort: str) -> tuple[str, bool]:
    for ending, descending in ((" desc", True), (" asc", False)):
        if sort.endswith(ending):
            return sort.removesuffix(ending), descending
    return sort, False


def _equals(written: str) -> tuple[str, str]:
    column, sign, value = written.partition("=")
    if not sign:
        raise RequestError(f"equals={written!r} can't be understood; it is such as COLUMN=VALUE")
    return column, value


def _table(backend: Backend, artifact: Artifact, path: str) -> tuple[Path, bool]:
    """The file of a table, and whether it is Parquet."""
    content = content_of(backend, artifact)
    file, media_type = content, artifact.media_type
    if content.is_dir():
        if not path:
            raise RequestError(f"the artifact {artifact.name!r} is a folder: say which file in it with path")
        file = file_in(content, path)
        media_type = media_type_of(file)
    elif path:
        raise RequestError(f"the artifact {artifact.name!r} is a file: no file is in it")
    parquet = is_parquet(file, media_type)
    if not (parquet or is_csv(media_type)):
        raise RequestError(f"the artifact {artifact.name!r} is no table (CSV or Parquet): it is {media_type}")
    return file, parquet
