"""What tasks ask of the machine, and how they share it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kfp import dsl

from barograph.engine.capacity import Ask, Machine, asked, choose, quantity, this_machine
from barograph.engine.events import Event, TaskChanged
from barograph.ir import build, read_spec
from barograph.ir.graph import Resources
from barograph.states import State
from tests.conformance.edits import container, edited
from tests.conftest import IMAGE, Heard, Workspace

CORES = int(this_machine().cores)


@dsl.container_component
def work(name: str) -> dsl.ContainerSpec:
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", 'sleep 0.1; : "$0"'], args=[name])


class Beside:
    """Keeps which tasks ran at the same time."""

    def __init__(self) -> None:
        self.running: set[str] = set()
        self.seen: list[frozenset[str]] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, TaskChanged):
            if event.task.state is State.RUNNING:
                self.running.add(event.task.path)
                self.seen.append(frozenset(self.running))
            elif event.task.state.ended:
                self.running.discard(event.task.path)


def test_tasks_that_ask_for_every_core_run_one_after_another_beside_those_that_ask_for_none(
    workspace: Workspace,
) -> None:
    @dsl.pipeline(name="sharing")
    def pipeline() -> None:
        work(name="a").set_cpu_limit(str(CORES))
        work(name="b").set_cpu_limit(str(CORES))
        work(name="c")

    beside = Beside()
    outcome = workspace.run(pipeline, heard=Heard(beside), parallelism=4)
    assert outcome.run.state is State.SUCCEEDED
    assert not [seen for seen in beside.seen if {"work", "work-2"} <= seen]
    assert [seen for seen in beside.seen if "work-3" in seen and len(seen) > 1]


def test_tasks_that_ask_for_a_part_each_run_beside_each_other(workspace: Workspace) -> None:
    @dsl.pipeline(name="sharing")
    def pipeline() -> None:
        for name in "ab":
            work(name=name).set_cpu_limit(f"{CORES * 500}m").set_memory_limit("1M")

    beside = Beside()
    workspace.run(pipeline, heard=Heard(beside), parallelism=4)
    assert frozenset({"work", "work-2"}) in beside.seen


def test_a_task_that_asks_for_more_than_the_machine_has_runs_alone(workspace: Workspace) -> None:
    @dsl.pipeline(name="greedy")
    def pipeline() -> None:
        work(name="a").set_cpu_limit("0.5")
        work(name="b").set_memory_limit("900T")
        work(name="c").set_cpu_limit("10000")

    beside = Beside()
    outcome = workspace.run(pipeline, heard=Heard(beside), parallelism=4)
    assert set(outcome.states.values()) == {"SUCCEEDED"}
    assert all(len(seen) == 1 for seen in beside.seen)


def test_what_a_task_asks_for_comes_from_an_input(workspace: Workspace) -> None:
    @dsl.container_component
    def hungry(name: str, cores: str) -> dsl.ContainerSpec:
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", 'sleep 0.1; : "$0 $1"'], args=[name, cores])

    @dsl.pipeline(name="asking")
    def pipeline(cores: str) -> None:
        for name in "ab":
            hungry(name=name, cores=cores).set_cpu_limit(cores)

    beside = Beside()
    workspace.run(pipeline, {"cores": str(CORES)}, heard=Heard(beside), parallelism=4)
    assert frozenset({"hungry", "hungry-2"}) not in beside.seen
    apart, beside = beside, Beside()
    workspace.run(pipeline, {"cores": "100m"}, heard=Heard(beside), parallelism=4)
    assert frozenset({"hungry", "hungry-2"}) in beside.seen
    assert apart.seen


def test_what_is_no_quantity_fails_the_task(workspace: Workspace) -> None:
    @dsl.pipeline(name="asking")
    def pipeline() -> None:
        work(name="a")

    def ask(document: dict) -> None:
        container(document, "work")["resources"] = {"resourceMemoryLimit": "much"}

    outcome = workspace.run(edited(workspace, pipeline, ask))
    assert outcome.states == {"work": "FAILED"}
    assert outcome.tasks["work"].error.startswith("what it asks of the machine can't be read: 'much' is no")


def test_older_compilers_say_cores_and_gigabytes_as_numbers(workspace: Workspace) -> None:
    @dsl.pipeline(name="asking")
    def pipeline() -> None:
        work(name="a")

    def ask(document: dict) -> None:
        container(document, "work")["resources"] = {"cpuLimit": 2.0, "memoryLimit": 15.032385536}

    [(_, asking)] = build(read_spec(edited(workspace, pipeline, ask))).containers()
    assert asked(asking.resources) == Ask(2.0, 15_032_385_536)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("2", 2),
        ("0.5", 0.5),
        (".5", 0.5),
        ("500m", 0.5),
        ("4k", 4e3),
        ("4G", 4e9),
        ("1Ki", 1024),
        ("512Mi", 512 * 1024**2),
        ("2Gi", 2 * 1024**3),
        ("1Ti", 1024**4),
        (" 3 ", 3),
    ],
)
def test_a_quantity_is_a_number(text: str, number: float) -> None:
    assert quantity(text) == pytest.approx(number)


@pytest.mark.parametrize("text", ["much", "-1", "1 G", "1g", "1Gb", "0x10", "1e", "Gi"])
def test_anything_else_is_no_quantity(text: str) -> None:
    with pytest.raises(ValueError, match="is no quantity"):
        quantity(text)


def test_cores_and_memory_are_what_the_limits_say() -> None:
    assert asked(Resources("1500m", "2Gi")) == Ask(1.5, 2 * 1024**3)
    assert asked(Resources()) == Ask()
    assert asked(Resources("{{x}}", ""), lambda text: text.replace("{{x}}", "3")) == Ask(3.0)


@dataclass(eq=False)
class Asker:
    """Something that asks for cores and memory; every one is another."""

    number: int
    cores: float = 0
    memory: int = 0
    accelerators: int = 0

    @property
    def asks(self) -> bool:
        return bool(self.cores or self.memory)


MACHINE = Machine(4, 16)


@st.composite
def asking(draw: st.DrawFn, most: int = 8) -> list[Asker]:
    sizes = draw(st.lists(st.tuples(st.sampled_from([0, 0, 0.5, 1, 2, 4, 9]), st.integers(0, 20)), max_size=most))
    return [Asker(number, cores, memory * (number % 2)) for number, (cores, memory) in enumerate(sizes)]


def running_after(waiting: Sequence[Asker], places: int) -> list[Asker]:
    """A set of tasks that could be running: chosen from nothing."""
    return choose(waiting, [], MACHINE, places)


@given(asking(), asking(), st.integers(1, 6))
def test_no_more_run_than_there_are_places(first: list[Asker], waiting: list[Asker], places: int) -> None:
    running = running_after(first, places)
    assert len(running) + len(choose(waiting, running, MACHINE, places)) <= places


@given(asking(), asking(), st.integers(1, 6))
def test_nothing_more_is_asked_for_than_there_is_unless_by_one_alone(
    first: list[Asker], waiting: list[Asker], places: int
) -> None:
    running = running_after(first, places)
    together = [work for work in (*running, *choose(waiting, running, MACHINE, places)) if work.asks]
    if len(together) > 1:
        assert sum(work.cores for work in together) <= MACHINE.cores
        assert sum(work.memory for work in together) <= MACHINE.memory


@given(asking(), asking(), st.integers(1, 6))
def test_of_those_that_ask_the_oldest_start_first(first: list[Asker], waiting: list[Asker], places: int) -> None:
    chosen = choose(waiting, running_after(first, places), MACHINE, places)
    assert [work for work in waiting if work in chosen] == chosen
    asking = [work for work in waiting if work.asks]
    assert [work for work in chosen if work.asks] == asking[: sum(work.asks for work in chosen)]


@given(asking(), st.integers(1, 6))
def test_those_that_ask_for_nothing_start_while_there_is_a_place(waiting: list[Asker], places: int) -> None:
    chosen = choose(waiting, [], MACHINE, places)
    if len(chosen) < places:
        assert all(work in chosen for work in waiting if not work.asks)


@given(asking(), st.integers(1, 6))
def test_something_starts_where_nothing_runs(waiting: list[Asker], places: int) -> None:
    assert bool(choose(waiting, [], MACHINE, places)) == bool(waiting)


@given(asking(12), st.lists(st.integers(0, 5), min_size=40, max_size=40), st.integers(1, 4))
def test_none_waits_for_ever_while_others_keep_coming(waiting: list[Asker], ends: list[int], places: int) -> None:
    running: list[Asker] = []
    for number, end in enumerate(ends):
        for work in choose(waiting, running, MACHINE, places):
            waiting.remove(work)
            running.append(work)
        if running:
            running.pop(end % len(running))
        # A small one arrives at every step: it must not overtake a large one for ever.
        waiting.append(Asker(1000 + number, 0.5, 1))
    assert [work for work in waiting if work.number < 1000] == []
