"""What an engine is asked to run. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from barograph.engine.inputs import parse_parameters, root_inputs
from barograph.errors import PipelineError
from barograph.ir import build, parse_spec
from barograph.ir.values import Value
from barograph.submit.document import Document, read_document, without_cache


@dataclass(frozen=True)
class Job:
    """A run that is to be.

    Attributes:
        document: the compiled pipeline.
        name: the run's.
        parameters: the values that were given; the others have the pipeline's defaults.
        experiment: which it belongs to; empty for the engine's default.
        root: where its artifacts go; empty for what the pipeline or the engine says.
    """

    document: Document
    name: str
    parameters: Mapping[str, Value]
    experiment: str = ""
    root: str = ""

    @property
    def pipeline_root(self) -> str:
        """Where the artifacts go: what was asked for, or what the pipeline was compiled with."""
        return self.root or str(self.document.pipeline.get("defaultPipelineRoot", ""))


def new_job(
    text: str,
    source: str,
    parameters: Mapping[str, str],
    name: str,
    *,
    experiment: str = "",
    root: str = "",
    cache: bool = True,
) -> Job:
    """A run of a compiled pipeline, with the values that were written for its parameters.

    Args:
        text: the compiled pipeline.
        source: how errors name it.
        parameters: values as they were written.
        name: the run's name.
        experiment: which it belongs to.
        root: where its artifacts go.
        cache: whether results of earlier runs may do, where the pipeline lets them.

    Raises:
        PipelineError: it is no compiled pipeline, or takes artifacts, which no engine can be given.
        ParameterError: a value is missing, unknown or of the wrong type.
    """
    component = build(parse_spec(text, source)).root
    if artifact := next((name for name, given in component.input_artifacts.items() if not given.optional), ""):
        raise PipelineError(f"{source}: takes the artifact {artifact!r}, which can't be given to a run on an engine")
    values = parse_parameters(component, parameters)
    root_inputs(component, values)
    document = read_document(text, source)
    return Job(document if cache else without_cache(document), name, values, experiment, root)
