"""What is computed for people: a run as a graph and as a timeline, runs side by side, where an artifact comes from."""

from dataclasses import replace
from typing import Annotated

from fastapi import Query

from barograph.environments.kept import times_made
from barograph.errors import RequestError
from barograph.ir.graph import Pipeline
from barograph.server.api.artifacts import FoundArtifact
from barograph.server.api.compiled import PipelineParameter, compiled, parameters_of, readable
from barograph.server.api.secrecy import hidden, shown_link, shown_run, shown_task
from barograph.server.api.shapes import FoundRun, Router, Shape, complete
from barograph.server.backend import Backend, Context
from barograph.states import State
from barograph.store import Link, Run, Task
from barograph.store.events import Events
from barograph.store.lineage import SqlLineage
from barograph.store.store import now
from barograph.store.tasks import Tasks
from barograph.views import comparison, lineage, loops, metrics, nodes, since, timeline
from barograph.views.compare import compare
from barograph.views.comparison import Comparison, RunRecord
from barograph.views.graph import TURNS, pipeline_graph, run_graph
from barograph.views.nodes import Graph

router = Router("Views")
complete(comparison, lineage, loops, metrics, nodes, since, timeline)

_COMPARED = 100
_MOST_TURNS = 1000


class RunGraph(Shape):
    """A run as a graph. ``last_event`` is the id of the newest event that is in it: others may follow that."""

    run_id: str
    state: State
    last_event: int
    graph: Graph


class RunLoops(Shape):
    """The loops of a run."""

    loops: list[loops.Loop]


class VersionParameters(Shape):
    """What a version of a pipeline asks for."""

    parameters: list[PipelineParameter]


@router.get("/runs/{run_id}/graph")
def get_run_graph(
    backend: Context,
    run: FoundRun,
    within: Annotated[str, Query(description="The path of a group: only what is in that.")] = "",
    turns: Annotated[int, Query(ge=0, le=_MOST_TURNS, description="A loop of more than these is folded.")] = TURNS,
) -> RunGraph:
    """A run as a graph of its tasks and artifacts, or a group in it."""
    last_event = Events(backend.database).newest(run.id)
    run = backend.store.get_run(run.id)
    tasks, links = _recorded(backend, run)
    graph = run_graph(compiled(run.spec), tasks, links, within=within, turns=turns)
    return RunGraph(run_id=run.id, state=run.state, last_event=last_event, graph=graph)


@router.get("/runs/{run_id}/loops")
def get_run_loops(
    backend: Context,
    run: FoundRun,
    measured: Annotated[bool, Query(description="Only the loops that measured something.")] = True,
) -> RunLoops:
    """What the loops of a run measured: a row for each turn, with what it is for and its metrics."""
    tasks, links = _recorded(backend, run)
    return RunLoops(loops=list(loops.loops(compiled(run.spec), tasks, links, measured=measured)))


@router.get("/runs/{run_id}/timeline")
def get_timeline(backend: Context, run: FoundRun) -> timeline.Timeline:
    """When the tasks of a run ran, which of them its length is due to, and what the cache saved."""
    tasks, links = _recorded(backend, run)
    origins = SqlLineage(backend.database).tasks(list({task.cached_from for task in tasks if task.cached_from}))
    digests = {task.environment for task in tasks if task.environment}
    made = times_made(backend.config.home.environments, digests, now())
    return timeline.timeline(run_graph(compiled(run.spec), tasks, links), tasks, origins, made)


@router.get("/runs/{run_id}/since-last-good")
def get_since_last_good(backend: Context, run: FoundRun) -> since.SinceLastGood:
    """What changed since the last good run: the newest of the same pipeline (and, if there is any, of the same
    experiment) that was made before this one, succeeded and was not put aside."""
    base = backend.runs.last_good(run)
    if base is None:
        return since.SinceLastGood()
    return since.since(_record(backend, base), _record(backend, run))


@router.get("/pipelines/{pipeline_id}/versions/{version_id}/graph")
def get_pipeline_graph(backend: Context, pipeline_id: str, version_id: str) -> Graph:
    """A version of a pipeline as a graph."""
    return pipeline_graph(compiled(backend.pipelines.version(pipeline_id, version_id).spec))


@router.get("/pipelines/{pipeline_id}/versions/{version_id}/parameters")
def get_pipeline_parameters(backend: Context, pipeline_id: str, version_id: str) -> VersionParameters:
    """The parameters that a version of a pipeline takes, for a form."""
    pipeline = compiled(backend.pipelines.version(pipeline_id, version_id).spec)
    return VersionParameters(parameters=parameters_of(pipeline))


@router.get("/compare")
def compare_runs(
    backend: Context, runs: Annotated[str, Query(description="Their ids, with commas between them; the base first.")]
) -> Comparison:
    """Runs side by side: parameters, metrics, matrices, curves, artifacts and tasks, against the first of them."""
    ids = list(dict.fromkeys(filter(None, (each.strip() for each in runs.split(",")))))
    if not 0 < len(ids) <= _COMPARED:
        raise RequestError(f"runs: give the ids of up to {_COMPARED} runs, with commas between them")
    found = [backend.store.get_run(id_) for id_ in ids]
    return compare([_with_turns(_record(backend, run), readable(run)) for run in found])


@router.get("/artifacts/{artifact_id}/lineage")
def get_lineage(
    backend: Context,
    artifact: FoundArtifact,
    depth: Annotated[int, Query(ge=0, le=100, description="How many tasks to go over, each way.")] = 10,
    limit: Annotated[int, Query(ge=1, le=5000, description="How many artifacts and tasks at the most.")] = 1000,
) -> lineage.Lineage:
    """Where an artifact comes from and what came of it, across runs."""
    return lineage.lineage(artifact, SqlLineage(backend.database), depth, limit)


def _recorded(backend: Backend, run: Run) -> tuple[list[Task], list[Link]]:
    values = hidden(backend.config.home, run)
    tasks = [shown_task(task, values) for task in Tasks(backend.database).of(run.id)]
    links = [shown_link(link, values) for link in backend.store.links([task.id for task in tasks])]
    return tasks, links


def _record(backend: Backend, run: Run) -> RunRecord:
    values = hidden(backend.config.home, run)
    tasks = [shown_task(task, values) for task in backend.store.tasks(run.id)]
    links = [shown_link(link, values) for link in backend.store.links([task.id for task in tasks])]
    return RunRecord(shown_run(run, values), tasks, links)


def _with_turns(record: RunRecord, pipeline: Pipeline | None) -> RunRecord:
    return replace(record, turns=loops.turn_items(pipeline, record.tasks)) if pipeline else record
