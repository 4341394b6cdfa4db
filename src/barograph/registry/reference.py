"""What of the registry a person means by ``NAME`` or ``NAME:VERSION``."""

from barograph.errors import NotFoundError
from barograph.store.pipelines import Pipelines
from barograph.store.records import Pipeline, PipelineVersion


def find_pipeline(pipelines: Pipelines, reference: str) -> tuple[Pipeline, str]:
    """The pipeline that is meant, and what of the reference says which version; empty where nothing does.

    Raises:
        NotFoundError: there is no such pipeline.
    """
    name, _, version = reference.partition(":")
    if version:
        try:
            return pipelines.named(reference), ""  # a name may have a colon
        except NotFoundError:
            pass
    return pipelines.named(name), version


def find_version(pipelines: Pipelines, reference: str) -> tuple[Pipeline, PipelineVersion]:
    """The version that is meant: by its name, a tag or the beginning of its id or digest; the newest for a bare name.

    Raises:
        NotFoundError: there is no such pipeline or version.
    """
    pipeline, version = find_pipeline(pipelines, reference)
    return pipeline, pipelines.referred(pipeline.id, version) if version else pipelines.newest(pipeline.id)
