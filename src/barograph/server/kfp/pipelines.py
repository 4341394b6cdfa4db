"""``PipelineService`` (``backend/api/v2beta1/pipeline.proto``)."""

from typing import Any

from starlette.exceptions import HTTPException

from barograph.errors import RequestError
from barograph.ir.package import read_package
from barograph.ir.structs import to_struct
from barograph.registry.fetch import fetch_package
from barograph.registry.tags import check_tags
from barograph.registry.upload import add_version, new_pipeline, new_version
from barograph.server.backend import Backend, Context
from barograph.server.kfp.lists import Field, Options, next_token, query_of, read_time
from barograph.server.wire import Empty, Message, Router, Status, Time
from barograph.store import records

router = Router(prefix="/apis/v2beta1/pipelines", tags=["PipelineService"])


class Url(Message):
    pipeline_url: str = ""


class Pipeline(Message):
    """``Pipeline``; there is one namespace, without a name."""

    pipeline_id: str = ""
    display_name: str = ""
    name: str = ""
    description: str = ""
    created_at: Time | None = None
    namespace: str = ""
    error: Status | None = None
    tags: dict[str, str] = {}


class PipelineVersion(Message):
    """``PipelineVersion``."""

    pipeline_id: str = ""
    pipeline_version_id: str = ""
    display_name: str = ""
    name: str = ""
    description: str = ""
    created_at: Time | None = None
    package_url: Url | None = None
    code_source_url: str = ""
    pipeline_spec: dict[str, Any] | None = None
    error: Status | None = None
    tags: dict[str, str] = {}


class ListPipelinesResponse(Message):
    pipelines: list[Pipeline] = []
    total_size: int = 0
    next_page_token: str = ""


class ListPipelineVersionsResponse(Message):
    pipeline_versions: list[PipelineVersion] = []
    next_page_token: str = ""
    total_size: int = 0


class CreatePipelineAndVersionRequest(Message):
    pipeline: Pipeline = Pipeline()
    pipeline_version: PipelineVersion = PipelineVersion()


_BOTH = {
    "id": Field("id"),
    "name": Field("name"),
    "display_name": Field("display_name"),
    "description": Field("description"),
    "created_at": Field("created_at", read_time),
    "tags.*": Field("tags.*"),
}
_FIELDS = {**_BOTH, "pipeline_id": Field("id")}
_VERSION_FIELDS = {**_BOTH, "pipeline_version_id": Field("id"), "pipeline_spec": Field("spec")}


def pipeline_message(pipeline: records.Pipeline) -> Pipeline:
    """A pipeline as it goes over the wire."""
    return Pipeline(
        pipeline_id=pipeline.id,
        display_name=pipeline.display_name,
        name=pipeline.name,
        description=pipeline.description,
        created_at=pipeline.created_at,
        tags=dict(pipeline.tags),
    )


def version_message(version: records.PipelineVersion) -> PipelineVersion:
    """A version, whose ``spec`` is filled, as it goes over the wire."""
    return PipelineVersion(
        pipeline_id=version.pipeline_id,
        pipeline_version_id=version.id,
        display_name=version.display_name,
        name=version.name,
        description=version.description,
        created_at=version.created_at,
        package_url=Url(pipeline_url=version.package_url) if version.package_url else None,
        code_source_url=version.code_source_url,
        pipeline_spec=to_struct(version.spec),
        tags=dict(version.tags),
    )


@router.post("")
def create_pipeline(backend: Context, pipeline: Pipeline) -> Pipeline:
    """Make a pipeline without a version; its name must be new."""
    made = new_pipeline(pipeline.name, pipeline.display_name, pipeline.description, pipeline.tags)
    backend.pipelines.add(made)
    return pipeline_message(made)


@router.post("/create")
def create_pipeline_and_version(backend: Context, request: CreatePipelineAndVersionRequest) -> Pipeline:
    """Make a pipeline and its first version, which is fetched from an address; both have the same name."""
    pipeline, version = request.pipeline, request.pipeline_version
    text, file, url = _fetched(backend, version)
    name = pipeline.name or pipeline.display_name or file
    made = new_pipeline(name, pipeline.display_name, pipeline.description, pipeline.tags)
    first = new_version(
        made,
        text,
        file,
        display_name=made.display_name,
        description=made.description,
        tags=version.tags,
        package_url=url,
        code_source_url=version.code_source_url,
    )
    backend.pipelines.add(made, first)
    return pipeline_message(made)


@router.get("")
def list_pipelines(backend: Context, options: Options, namespace: str = "") -> ListPipelinesResponse:
    """The pipelines, a page at a time."""
    page = backend.pipelines.page(query_of(options, _FIELDS))
    return ListPipelinesResponse(
        pipelines=[pipeline_message(each) for each in page.items],
        total_size=page.total,
        next_page_token=next_token(options, page),
    )


@router.get("/names/{name:path}")
def get_pipeline_by_name(backend: Context, name: str, namespace: str = "") -> Pipeline:
    """One pipeline, by its name."""
    return pipeline_message(backend.pipelines.named(name))


@router.get("/{pipeline_id}")
def get_pipeline(backend: Context, pipeline_id: str) -> Pipeline:
    """One pipeline."""
    return pipeline_message(backend.pipelines.get(pipeline_id))


@router.patch("/{pipeline_id}")
def update_pipeline(backend: Context, pipeline_id: str, pipeline: Pipeline) -> Pipeline:
    """Change a pipeline's display name, description or tags: those that are given."""
    return pipeline_message(backend.pipelines.update(pipeline_id, **_changes(pipeline)))


@router.delete("/{pipeline_id}")
def delete_pipeline(backend: Context, pipeline_id: str, cascade: bool = False) -> Empty:
    """Remove a pipeline, with its versions where `cascade` is true; runs that were started from it stay."""
    backend.pipelines.delete(pipeline_id, cascade)
    return Empty()


@router.post("/{pipeline_id}/versions")
def create_pipeline_version(backend: Context, pipeline_id: str, version: PipelineVersion) -> PipelineVersion:
    """Add a version to a pipeline, fetched from an address."""
    pipeline = backend.pipelines.get(pipeline_id)
    if not (version.name or version.display_name):
        raise RequestError("a version needs a name")
    text, file, url = _fetched(backend, version)
    made = new_version(
        pipeline,
        text,
        file,
        version.name or version.display_name,
        version.display_name,
        version.description,
        version.tags,
        url,
        version.code_source_url,
    )
    return version_message(add_version(backend.pipelines, made).version)


@router.get("/{pipeline_id}/versions")
def list_pipeline_versions(backend: Context, pipeline_id: str, options: Options) -> ListPipelineVersionsResponse:
    """A pipeline's versions, a page at a time."""
    backend.pipelines.get(pipeline_id)
    page = backend.pipelines.version_page(pipeline_id, query_of(options, _VERSION_FIELDS), specs=True)
    return ListPipelineVersionsResponse(
        pipeline_versions=[version_message(each) for each in page.items],
        total_size=page.total,
        next_page_token=next_token(options, page),
    )


@router.get("/{pipeline_id}/versions/{pipeline_version_id}")
def get_pipeline_version(backend: Context, pipeline_id: str, pipeline_version_id: str) -> PipelineVersion:
    """One version of a pipeline."""
    return version_message(backend.pipelines.version(pipeline_id, pipeline_version_id))


@router.patch("/{pipeline_id}/versions/{pipeline_version_id}")
def update_pipeline_version(
    backend: Context, pipeline_id: str, pipeline_version_id: str, version: PipelineVersion
) -> PipelineVersion:
    """Change a version's display name, description or tags: those that are given. What it runs never changes."""
    changed = backend.pipelines.update_version(pipeline_id, pipeline_version_id, **_changes(version))
    return version_message(changed)


@router.delete("/{pipeline_id}/versions/{pipeline_version_id}")
def delete_pipeline_version(backend: Context, pipeline_id: str, pipeline_version_id: str) -> Empty:
    """Remove a version; runs that were started from it stay."""
    backend.pipelines.delete_version(pipeline_id, pipeline_version_id)
    return Empty()


def _changes(given: Pipeline | PipelineVersion) -> dict[str, Any]:
    changes = {name: getattr(given, name) for name in ("description", "tags") if name in given.model_fields_set}
    check_tags(given.tags)
    return changes | ({"display_name": given.display_name} if given.display_name else {})


def _fetched(backend: Backend, version: PipelineVersion) -> tuple[str, str, str]:
    """The text at a version's address, its file's name, and the address."""
    url = version.package_url.pipeline_url if version.package_url else ""
    if not url:
        raise RequestError("the version needs a package_url with a pipeline_url: where the compiled pipeline lies")
    if not backend.urls_allowed:
        raise HTTPException(
            403, "this server fetches nothing; upload the file, or start the server with --allow-url https://HOST"
        )
    content, file = fetch_package(url, backend.urls_allowed)
    return read_package(content, file), file, url
