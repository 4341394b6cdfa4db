"""Several processes on one home."""

from kfp import dsl

from barograph.states import State
from tests.conftest import Workspace, component


@component
def count(number: int) -> int:
    return number + 1


@dsl.pipeline(name="counting")
def counting(start: int) -> None:
    with dsl.ParallelFor([1, 2, 3, 4, 5, 6, 7, 8]) as number:
        count(number=count(number=number).output)
    count(number=start)


def test_many_runs_at_once_on_a_new_home_all_end_well_and_whole(workspace: Workspace) -> None:
    workspace.compile(counting)
    many = [workspace.start("run", "pipeline.yaml", "-p", f"start={number}") for number in range(6)]
    said = [each.communicate()[0] for each in many]
    assert [each.returncode for each in many] == [0] * 6, said
    runs = workspace.store.runs()
    assert [run.state for run in runs] == [State.SUCCEEDED] * 6
    for run in runs:
        tasks = workspace.outcome(run.id).tasks
        assert len(tasks) == 1 + 8 + 16 + 1
        assert all(task.state.has_outputs for task in tasks.values())
        assert [tasks[f"for-loop-2[{i}].count-2"].outputs["Output"] for i in range(8)] == [3, 4, 5, 6, 7, 8, 9, 10]
