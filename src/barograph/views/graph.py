"""A run as a graph of tasks and artifacts. Pure.

What is drawn:

- Each task is a node, and so is each turn of a loop. What is in a sub-pipeline, a condition, a loop or a turn has that
  group as its ``parent``; the groups are nodes themselves, so that a viewer can fold them: an edge's end in a folded
  group is then the group's.
- Each output artifact is a node beside the task that really makes it, from the start: ``made`` tells whether it is
  there.
- Edges connect what really makes and what really takes: they run through the groups between, however deep. A group is
  an end of an edge only for what it needs itself: the inputs that its condition or its loop looks at, and order.
- An artifact that a group hands on stays one node, with the groups in ``exports``, so that a viewer that folds them can
  draw it beside them. What a loop hands on is another artifact, the list of what its turns made: a node of its own,
  beside the loop, with an edge from what is collected.
- A loop of many turns is folded: what is in it is drawn once, with the states of all its turns. ``within`` gives the
  graph of one turn, or of any other group.

The node of a task goes by its path, that of an artifact by ``path:output``: the same before and after a run, and in
every run of the pipeline.
"""

from collections.abc import Sequence

from barograph.errors import NotFoundError
from barograph.ir.graph import Pipeline
from barograph.states import State
from barograph.store.records import Link, Task
from barograph.views.drawing import Drawing
from barograph.views.nodes import Graph

TURNS = 20
"""Turns of a loop that are drawn one by one."""


def run_graph(
    pipeline: Pipeline, tasks: Sequence[Task], links: Sequence[Link], *, within: str = "", turns: int = TURNS
) -> Graph:
    """The graph of a run, in time linear in its tasks.

    Args:
        pipeline: what is run.
        tasks: the run's tasks.
        links: what they took and made.
        within: path of a group: the graph is of that, of what is in it, and of the artifacts that come into it.
        turns: a loop of more than these is folded.

    Raises:
        NotFoundError: the pipeline has no group ``within``.
    """
    return _graph(pipeline, tasks, links, State.PENDING, within, turns)


def pipeline_graph(pipeline: Pipeline) -> Graph:
    """The graph of a pipeline that is not run; all its loops are folded."""
    return _graph(pipeline, (), (), None, "", 0)


def _graph(
    pipeline: Pipeline, tasks: Sequence[Task], links: Sequence[Link], rest: State | None, within: str, turns: int
) -> Graph:
    drawing = Drawing(tasks, links, turns)
    if not drawing.draw(pipeline, rest, within):
        raise NotFoundError(f"pipeline {pipeline.name!r} has no task {within!r} that other tasks are in")
    return drawing.graph(within)
