"""Reading a compiled pipeline: YAML or JSON text into KFP's ``PipelineSpec`` and ``PlatformSpec`` messages."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf import json_format

from barograph.errors import PipelineError
from barograph.ir.documents import DocumentError, read_documents
from barograph.ir.protos import pb

_QUOTED = 1000
"""Characters of an error that may quote much of the pipeline."""


@dataclass(frozen=True)
class Spec:
    """A compiled pipeline as its file says it.

    Attributes:
        text: the file's own text, kept so that the record holds exactly what was run.
        pipeline: the ``PipelineSpec`` message.
        platform: the ``PlatformSpec`` message, empty where the file has none.
    """

    text: str
    pipeline: Any
    platform: Any


def read_spec(path: Path) -> Spec:
    """The compiled pipeline in the file ``path``.

    Raises:
        PipelineError: there is no such file, or it holds no compiled pipeline.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PipelineError(f"{path}: there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PipelineError(f"{path}: can't be read: {error}") from error
    return parse_spec(content, str(path))


def parse_spec(content: str, source: str = "pipeline") -> Spec:
    """The compiled pipeline that ``content`` (YAML, or JSON, which YAML includes) writes.

    A second YAML document may hold the platform spec, as the SDK writes it.

    Args:
        content: the text.
        source: how errors name it, such as its file's name.

    Raises:
        PipelineError: the text is no YAML, or no compiled pipeline, or has a field that KFP does not know, or is
            more than a pipeline may be (``documents.py`` has the limits).
    """
    try:
        documents = [document for document in read_documents(content) if document is not None]
    except DocumentError as error:
        raise PipelineError(f"{source}: {str(error)[:_QUOTED]}") from error
    if not documents or not all(isinstance(document, dict) for document in documents):
        raise PipelineError(f"{source}: holds no compiled pipeline; compile one with `kfp dsl compile`")
    platform = pb.PlatformSpec()
    pipelines = []
    for document in documents:
        if "platforms" in document:
            _parse(document, platform, source)
        else:
            pipelines.append(document)
    if len(pipelines) != 1:
        raise PipelineError(f"{source}: holds {len(pipelines)} pipelines, expected one")
    if "root" not in pipelines[0]:
        raise PipelineError(f"{source}: is no compiled pipeline: it has no `root`. Compile it with `kfp dsl compile`")
    pipeline = _parse(pipelines[0], pb.PipelineSpec(), source)
    if not pipeline.pipeline_info.name:
        raise PipelineError(f"{source}: the pipeline has no name (pipelineInfo.name)")
    return Spec(content, pipeline, platform)


def _parse(document: dict[str, Any], message: Any, source: str) -> Any:
    try:
        return json_format.ParseDict(document, message)
    except json_format.ParseError as error:
        raise PipelineError(f"{source}: is no compiled pipeline that KFP 2 knows: {str(error)[:_QUOTED]}") from error
