"""What a run or a recurring run is to run: a compiled pipeline that the request holds, or a version of the registry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import field_validator

from barograph.artifacts.uri import check_root
from barograph.errors import RequestError
from barograph.ir.structs import from_struct
from barograph.server.wire import Message
from barograph.store.pipelines import Pipelines


class PipelineVersionReference(Message):
    """``PipelineVersionReference``; the newest version where none is named."""

    pipeline_id: str = ""
    pipeline_version_id: str = ""


class RuntimeConfig(Message):
    """``RuntimeConfig`` (``backend/api/v2beta1/runtime_config.proto``)."""

    parameters: dict[str, Any] = {}
    pipeline_root: str = ""

    def checked_root(self) -> str:
        """The pipeline root, if one is given.

        Raises:
            ConfigurationError: it is an address that can't hold artifacts.
        """
        return check_root(self.pipeline_root) if self.pipeline_root else ""

    @field_validator("parameters")
    @classmethod
    def _without_null_values(cls, parameters: dict[str, Any]) -> dict[str, Any]:
        if null := next((name for name, value in parameters.items() if value is None), None):
            raise ValueError(f"{null!r} is null: leave it out, and it has its default")
        return parameters


@dataclass(frozen=True)
class Source:
    """What is to be run.

    Attributes:
        text: the compiled pipeline.
        pipeline_id, version_id: the version of the registry that it is of; empty for none.
    """

    text: str
    pipeline_id: str = ""
    version_id: str = ""


def find_source(
    pipelines: Pipelines,
    spec: Mapping[str, Any] | None,
    reference: PipelineVersionReference | None,
    version_id: str = "",
) -> Source:
    """What a request is to run, by the one of its fields that says so.

    Args:
        pipelines: the registry.
        spec: the pipeline spec, or an object that has it and the platform spec.
        reference: a version.
        version_id: the same, as it was said formerly: without its pipeline.

    Raises:
        RequestError: none of the fields says it, or more than one.
        NotFoundError: there is no such version.
    """
    if sum(map(bool, (spec, reference, version_id))) != 1:
        raise RequestError("give what is to be run as pipeline_spec or as pipeline_version_reference, one of them")
    if spec:
        return Source(from_struct(dict(spec)))
    reference = reference or PipelineVersionReference(pipeline_version_id=version_id)
    pipeline_id, version_id = reference.pipeline_id, reference.pipeline_version_id
    if not pipeline_id and not version_id:
        raise RequestError("pipeline_version_reference needs a pipeline_id")
    if not pipeline_id:
        version = pipelines.version_of_any(version_id)
    elif version_id:
        version = pipelines.version(pipeline_id, version_id)
    else:
        version = pipelines.newest(pipeline_id)
    return Source(version.spec, version.pipeline_id, version.id)
