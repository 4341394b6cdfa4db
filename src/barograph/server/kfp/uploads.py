"""``PipelineUploadService``: what KFP's clients send as a file
(``backend/src/apiserver/server/pipeline_upload_server.go``)."""

from pathlib import PurePosixPath
from typing import Annotated

from fastapi import File, Query, UploadFile
from pydantic import TypeAdapter, ValidationError
from starlette.exceptions import HTTPException

from barograph.errors import RequestError
from barograph.ir.package import LIMITS, read_package
from barograph.registry.upload import add_version, new_pipeline, new_version
from barograph.server.backend import Context
from barograph.server.kfp.pipelines import Pipeline, PipelineVersion, pipeline_message, version_message
from barograph.server.wire import Router

router = Router(prefix="/apis/v2beta1/pipelines", tags=["PipelineUploadService"])

_Package = Annotated[UploadFile, File(description="The compiled pipeline: .yaml, .json, .zip or .tar.gz, up to 32 MB.")]
_Tags = Annotated[str, Query(description="A JSON object of texts.")]

_tags = TypeAdapter(dict[str, str])


@router.post("/upload")
def upload_pipeline(
    backend: Context,
    uploadfile: _Package,
    name: str = "",
    display_name: str = "",
    description: str = "",
    namespace: str = "",
    tags: _Tags = "",
    code_source_url: str = "",
) -> Pipeline:
    """Make a pipeline and its first version, which has the same name: by default the file's."""
    text, file = _read(uploadfile)
    pipeline = new_pipeline(name or display_name or file, display_name, description, _read_tags(tags))
    first = new_version(
        pipeline,
        text,
        file,
        display_name=pipeline.display_name,
        description=description,
        code_source_url=code_source_url,
    )
    backend.pipelines.add(pipeline, first)
    return pipeline_message(pipeline)


@router.post("/upload_version")
def upload_pipeline_version(
    backend: Context,
    uploadfile: _Package,
    name: str = "",
    display_name: str = "",
    pipelineid: str = "",
    description: str = "",
    tags: _Tags = "",
    code_source_url: str = "",
) -> PipelineVersion:
    """Add a version to a pipeline, by default with the file's name. The same text under the same name again is the
    same version."""
    if not pipelineid:
        raise RequestError("pipelineid is missing: the id of the pipeline that this is a version of")
    pipeline = backend.pipelines.get(pipelineid)
    text, file = _read(uploadfile)
    version = new_version(
        pipeline,
        text,
        file,
        name or display_name or file,
        display_name,
        description,
        _read_tags(tags),
        code_source_url=code_source_url,
    )
    return version_message(add_version(backend.pipelines, version).version)


def _read(upload: UploadFile) -> tuple[str, str]:
    """The text in an uploaded package, and its file's name."""
    if (upload.size or 0) > LIMITS.upload:
        raise HTTPException(413, f"the file is larger than {LIMITS.upload // 2**20} MB, the limit of an upload")
    file = PurePosixPath(upload.filename or "").name
    return read_package(upload.file.read(), file), file


def _read_tags(text: str) -> dict[str, str]:
    try:
        return _tags.validate_json(text, strict=True) if text else {}
    except ValidationError:
        raise RequestError('tags are no JSON object of texts, such as {"team": "photos"}') from None
