"""What the loops of a run measured, turn by turn."""

from typing import Annotated

from fastapi import Query

from barograph.server.api.compiled import compiled
from barograph.server.api.secrecy import shown_link, shown_task
from barograph.server.api.shapes import FoundRun, HiddenInRun, Router, Shape, complete
from barograph.server.backend import Context
from barograph.store.tasks import Tasks
from barograph.views import loops
from barograph.views.loops import Loop

router = Router("Views")
complete(loops)


class RunLoops(Shape):
    """The loops of a run."""

    loops: list[Loop]


@router.get("/runs/{run_id}/loops")
def get_run_loops(
    backend: Context,
    run: FoundRun,
    values: HiddenInRun,
    measured: Annotated[bool, Query(description="Only the loops that measured something.")] = True,
) -> RunLoops:
    """What the loops of a run measured: a row for each turn, with what it is for and its metrics."""
    tasks = [shown_task(task, values) for task in Tasks(backend.database).of(run.id)]
    links = [shown_link(link, values) for link in backend.store.links([task.id for task in tasks])]
    return RunLoops(loops=list(loops.loops(compiled(run.spec), tasks, links, measured=measured)))
