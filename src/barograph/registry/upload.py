"""Uploads: from a compiled pipeline's text to a version in the registry."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from barograph.errors import ConflictError, NotFoundError, RequestError
from barograph.ir import build, parse_spec
from barograph.registry.tags import check_tags
from barograph.store.pipelines import Pipelines
from barograph.store.records import Pipeline, PipelineVersion
from barograph.store.store import new_id, now, spec_digest

_NAME, _VERSION_NAME = 128, 127
"""Characters of a name, as ``LengthSpecs`` in ``backend/src/apiserver/validation/length.go``."""


@dataclass(frozen=True)
class Upload:
    """What a person gives to a registry.

    Attributes:
        pipeline: the name of the pipeline, which is made if there is none.
        text: the compiled pipeline.
        source: how errors name the text, such as its file's name.
        version: the version's name; if empty, that of one with this text, or the beginning of the text's digest.
        tags: for the version. One without a value, such as ``latest``, is on one version of a pipeline at a time.
    """

    pipeline: str
    text: str
    source: str
    version: str = ""
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """By which the text is recognised."""
        return spec_digest(self.text)

    @property
    def usual_version(self) -> str:
        """The version's name where nobody gives one."""
        return self.digest.removeprefix("sha256:")[:12]


@dataclass(frozen=True)
class Kept:
    """What came of adding a version.

    Attributes:
        version: as it is in the registry.
        is_new: whether it was not there before.
        same: another version of the pipeline with the same text; None where there is none.
    """

    version: PipelineVersion
    is_new: bool = True
    same: PipelineVersion | None = None


def new_pipeline(
    name: str, display_name: str = "", description: str = "", tags: Mapping[str, str] | None = None
) -> Pipeline:
    """A pipeline that is not in the registry yet. Of the two names one stands in for the other.

    Raises:
        RequestError: it has no name or too long a one, or a tag that can't be one.
    """
    name = _checked_name("a pipeline", name or display_name, _NAME)
    return Pipeline(new_id(), name, now(), display_name or name, description, dict(check_tags(tags or {})))


def new_version(
    pipeline: Pipeline,
    text: str,
    source: str,
    name: str = "",
    display_name: str = "",
    description: str = "",
    tags: Mapping[str, str] | None = None,
    package_url: str = "",
    code_source_url: str = "",
) -> PipelineVersion:
    """A version of a pipeline that is not in the registry yet. Without a name it has its pipeline's.

    Args:
        pipeline: what it is a version of.
        text: the compiled pipeline.
        source: how errors name the text, such as its file's name.
        name: what tells it from the pipeline's other versions.
        display_name: what is shown; the name if empty.
        description: what a person says of it.
        tags: further words on it.
        package_url: where the text was fetched; empty for an upload.
        code_source_url: where a person finds what it was compiled from.

    Raises:
        PipelineError: the text is no compiled pipeline, or one that can't be run here: it never could be.
        RequestError: it has too long a name, or a tag that can't be one.
    """
    build(parse_spec(text, source))
    name = _checked_name("a version", name or pipeline.name[:_VERSION_NAME], _VERSION_NAME)
    return PipelineVersion(
        new_id(),
        pipeline.id,
        name,
        spec_digest(text),
        now(),
        display_name or name,
        description,
        dict(check_tags(tags or {})),
        package_url,
        code_source_url,
        text,
    )


def upload(pipelines: Pipelines, given: Upload) -> Kept:
    """Make a version of what is given, and its pipeline where there is none of that name.

    Raises:
        PipelineError: the text is no compiled pipeline, or one that can't be run here.
        RequestError: a name or a tag can't be one.
        ConflictError: the pipeline has a version of this name, with another text.
    """
    try:
        pipeline, is_known = pipelines.named(given.pipeline), True
    except NotFoundError:
        pipeline, is_known = new_pipeline(given.pipeline), False
    name = given.version
    if not name:
        same = pipelines.same(pipeline.id, given.digest)
        name = same.name if same else given.usual_version
    version = new_version(pipeline, given.text, given.source, name, description=given.description, tags=given.tags)
    if is_known:
        kept = add_version(pipelines, version)
    else:
        pipelines.add(pipeline, version)
        kept = Kept(version)
    return replace(kept, version=pipelines.tag(kept.version, given.tags))


def add_version(pipelines: Pipelines, version: PipelineVersion) -> Kept:
    """Keep a new version. What is there already, with this name and this text, is given back with the new tags added.

    Raises:
        NotFoundError: there is no such pipeline.
        ConflictError: it has a version of this name, with another text.
        RequestError: together with those that it has, the tags are too many.
    """
    same = pipelines.same(version.pipeline_id, version.digest)
    try:
        pipelines.add_version(version)
    except ConflictError:
        found = pipelines.version_named(version.pipeline_id, version.name)
        if found is None or found.digest != version.digest:
            raise
        tags = check_tags({**found.tags, **version.tags})
        return Kept(pipelines.update_version(found.pipeline_id, found.id, tags=dict(tags)), is_new=False)
    return Kept(version, same=same)


def _checked_name(what: str, name: str, longest: int) -> str:
    if not name.strip() or not name.isprintable():
        raise RequestError(f"{what} needs a name that can be printed, not {name!r}")
    if len(name) > longest:
        raise RequestError(f"the name {name[:40] + '...'!r} is too long; {what} has one of up to {longest} characters")
    return name
