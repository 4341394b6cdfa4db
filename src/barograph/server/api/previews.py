"""A look into an artifact: as much of it as a page shows, as what it is."""

from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from fastapi import Query
from pydantic import Field

from barograph.artifacts import checkpoint, onnx, tables
from barograph.artifacts.checkpoint import (
    CheckpointTensor,
    CheckpointValue,
    NoCheckpoint,
    is_checkpoint,
    read_checkpoint,
)
from barograph.artifacts.content import media_type_of
from barograph.artifacts.onnx import NoModel, Tensor, read_model
from barograph.artifacts.tables import Column, NoTable, Table, is_csv, is_parquet, read_csv, read_parquet
from barograph.errors import RequestError
from barograph.server.api.artifacts import FileEntry, FoundArtifact, content_of, entry
from barograph.server.api.folders import file_in, files_in
from barograph.server.api.shapes import Router, Shape, complete
from barograph.server.backend import Context
from barograph.store import Artifact
from barograph.views import metrics
from barograph.views.metrics import ConfusionMatrix, RocPoint, Scalar, Slice, is_metrics, read_metrics

router = Router("Artifacts")
complete(checkpoint, onnx, tables, metrics)

PREVIEW = 1 << 20
"""Bytes of a text, or of a table that is one, that are shown unless more are asked for."""
LARGEST_PREVIEW = 16 << 20
ROWS, MOST_ROWS = 100, 1000
_FILES = 200
_ARCHIVES = ("application/zip", "application/octet-stream")
_TEXTS = ("application/json", "application/yaml", "application/xml", "application/toml", "application/x-ndjson")


class TextPreview(Shape):
    """Text, what is HTML, Markdown, JSON or YAML included: ``media_type`` tells."""

    kind: Literal["text"] = "text"
    media_type: str
    text: str
    size: int
    truncated: bool


class TablePreview(Shape):
    """The first rows of CSV or Parquet. ``total`` is null where nobody has counted them."""

    kind: Literal["table"] = "table"
    media_type: str
    columns: list[Column]
    rows: list[list[str | int | float | bool | None]]
    total: int | None = None
    columns_left_out: int
    truncated: bool


class ImagePreview(Shape):
    """An image: it is shown as it is, from the artifact's content."""

    kind: Literal["image"] = "image"
    media_type: str
    size: int


class ModelPreview(Shape):
    """An ONNX model: what it takes and gives, its operator sets by domain, and how many numbers its weights are."""

    kind: Literal["onnx"] = "onnx"
    inputs: list[Tensor]
    outputs: list[Tensor]
    opsets: dict[str, int]
    ir_version: int
    producer: str
    operators: dict[str, int]
    parameters: int
    size: int


class CheckpointPreview(Shape):
    """A checkpoint of PyTorch's: what it says besides its tensors, the first of those, and how many numbers all of
    them are."""

    kind: Literal["checkpoint"] = "checkpoint"
    values: list[CheckpointValue]
    tensors: list[CheckpointTensor]
    tensor_count: int
    parameters: int
    size: int


class MetricsPreview(Shape):
    """What the metadata of ``system.Metrics`` and its kin hold."""

    kind: Literal["metrics"] = "metrics"
    scalars: dict[str, Scalar]
    confusion_matrix: ConfusionMatrix | None = None
    roc: list[RocPoint]
    slices: list[Slice]


class FolderPreview(Shape):
    """A folder, and the first files in it."""

    kind: Literal["folder"] = "folder"
    files: list[FileEntry]
    truncated: bool


class NoPreview(Shape):
    """Nothing that can be shown, and why."""

    kind: Literal["none"] = "none"
    media_type: str
    reason: str
    size: int | None = None


Preview: TypeAlias = Annotated[
    TextPreview
    | TablePreview
    | ImagePreview
    | ModelPreview
    | CheckpointPreview
    | MetricsPreview
    | FolderPreview
    | NoPreview,
    Field(discriminator="kind"),
]


@router.get("/artifacts/{artifact_id}/preview")
def artifact_preview(
    backend: Context,
    artifact: FoundArtifact,
    path: Annotated[str, Query(description="A file in a folder.")] = "",
    limit: Annotated[int, Query(ge=1, le=LARGEST_PREVIEW, description="Bytes of text at the most.")] = PREVIEW,
    rows: Annotated[int, Query(ge=1, le=MOST_ROWS, description="Rows of a table at the most.")] = ROWS,
) -> Preview:
    """A look into an artifact, or into a file in one that is a folder."""
    if is_metrics(artifact.type) and not path:
        found = read_metrics(artifact.metadata)
        return MetricsPreview(
            scalars=dict(found.scalars),
            confusion_matrix=found.confusion_matrix,
            roc=list(found.roc),
            slices=list(found.slices),
        )
    if artifact.size is None:
        return NoPreview(media_type="", reason="all of it is its metadata and its address")
    content = content_of(backend, artifact)
    if content.is_dir():
        if not path:
            names = list(islice(files_in(content), _FILES + 1))
            files = [entry(content, name) for name in names[:_FILES]]
            return FolderPreview(files=files, truncated=len(names) > _FILES)
        file = file_in(content, path)
        return _of_file(file, media_type_of(file), file.suffix == ".onnx", limit, rows)
    if path:
        raise RequestError(f"the artifact {artifact.name!r} is a file: no file is in it")
    return _of_file(content, artifact.media_type, _may_be_onnx(artifact), limit, rows)


def _may_be_onnx(artifact: Artifact) -> bool:
    return "onnx" in (artifact.metadata.get("framework"), artifact.uri.rpartition(".")[2])


def _of_file(file: Path, media_type: str, may_be_onnx: bool, limit: int, rows: int) -> Preview:
    size = file.stat().st_size
    if media_type.startswith("image/"):
        return ImagePreview(media_type=media_type, size=size)
    try:
        if may_be_onnx:
            with file.open("rb", buffering=1 << 16) as opened:
                return ModelPreview(**asdict(read_model(opened)), size=size)
        if media_type in _ARCHIVES and is_checkpoint(file):
            return CheckpointPreview(**asdict(read_checkpoint(file)), size=size)
        if is_parquet(file, media_type):
            return _table(read_parquet(file, rows), media_type)
        if is_csv(media_type):
            return _table(read_csv(_text(file, limit), size <= limit, rows), media_type)
    except (NoModel, NoCheckpoint, NoTable) as error:
        if not is_csv(media_type):
            return NoPreview(media_type=media_type, reason=str(error), size=size)
    if media_type.startswith("text/") or media_type in _TEXTS or media_type.endswith(("+json", "+xml")):
        return TextPreview(media_type=media_type, text=_text(file, limit), size=size, truncated=size > limit)
    return NoPreview(media_type=media_type, reason=f"there is no preview of {media_type}", size=size)


def _table(table: Table, media_type: str) -> TablePreview:
    return TablePreview(
        media_type=media_type,
        columns=list(table.columns),
        rows=[list(row) for row in table.rows],
        total=table.total,
        columns_left_out=table.left_out,
        truncated=table.total is None or table.total > len(table.rows),
    )


def _text(file: Path, limit: int) -> str:
    with file.open("rb") as opened:
        return opened.read(limit).decode(errors="replace")
