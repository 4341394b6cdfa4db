"""What changed since the last good run: real runs, and made-up ones."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from kfp import dsl
from kfp.dsl import Dataset, Input, Metrics, Output

from barograph.states import State
from barograph.store import Artifact, Link, Run, Task
from barograph.store.records import Kind, Role
from barograph.views.comparison import Direction, Given, RunRecord
from barograph.views.since import DataChange, Regression, SinceLastGood, since
from tests.conftest import Outcome, Workspace, component
from tests.views.pipelines import NOON


@component
def look(folder: str) -> str:
    from pathlib import Path

    return Path(folder).read_text()


@component
def train(seen: str, epochs: int, metrics: Output[Metrics]) -> None:
    metrics.log_metric("loss", 1 / epochs)
    metrics.log_metric("weighted_f1", epochs / 16)
    metrics.log_metric("recall", epochs / 10)


@dsl.pipeline(name="weather")
def weather(folder: str, epochs: int = 2) -> None:
    train(seen=look(folder=folder).set_caching_options(False).output, epochs=epochs)


def record(outcome: Outcome) -> RunRecord:
    return RunRecord(outcome.run, list(outcome.tasks.values()), outcome.links)


def changes(before: Outcome, after: Outcome) -> SinceLastGood:
    return since(record(before), record(after))


def test_a_changed_parameter_is_told_with_what_came_of_it(workspace: Workspace) -> None:
    (workspace.path / "photos").write_text("rain")
    given_: dict[str, Any] = {"folder": str(workspace.path / "photos")}
    first, second = workspace.run(weather, given_), workspace.run(weather, {**given_, "epochs": 4})
    found = changes(first, second)
    assert found.base is not None
    assert found.base.id == first.run.id
    assert [(row.name, row.cells) for row in found.parameters] == [("epochs", (Given(2), Given(4)))]
    assert [row.path for row in found.tasks] == ["train"]
    assert found.tasks[0].cells[1] is not None
    assert found.tasks[0].cells[1].differences == ("parameter 'epochs': 2 -> 4",)
    assert {row.key: row.deltas[1] for row in found.metrics} == {"loss": -0.25, "weighted_f1": 0.125, "recall": 0.2}
    assert found.data == ()
    assert found.sentences == (
        "epochs 2 → 4",
        "weighted_f1 of train 0.125 → 0.25 (+0.12); its other metrics: 2 better",
    )


def test_what_a_task_reads_elsewhere_is_told_apart_from_what_it_is_made_of(workspace: Workspace) -> None:
    photos = workspace.path / "photos"
    photos.write_text("rain")
    first = workspace.run(weather, {"folder": str(photos)})
    photos.write_text("snow")
    second = workspace.run(weather, {"folder": str(photos)})
    found = changes(first, second)
    assert found.data == (DataChange("look", "Output", "rain", "snow"),)
    assert [row.path for row in found.tasks] == ["train"]
    assert found.sentences == ("look gave something else from the same inputs",)


def test_changed_code_is_told_with_its_line(workspace: Workspace) -> None:
    def pipeline(word: str) -> Any:
        # The source of a component is what stands in its file: another one has to be another function.
        if word == "rain":

            @component
            def say() -> str:
                first = "it is"
                return first + " rain"

        else:

            @component
            def say() -> str:
                first = "it is"
                return first + " snow"

        @dsl.pipeline(name="saying")
        def saying() -> None:
            say()
            say().set_env_variable("WORD", word)

        return saying

    found = changes(workspace.run(pipeline("rain")), workspace.run(pipeline("snow")))
    (code, settings) = found.sentences
    assert code.startswith("say runs other code than before (source line ")
    assert settings.startswith("say-2 runs other code with other settings than before (source line ")
    line = int(code.rpartition(" ")[2].removesuffix(")"))
    said = found.tasks[0].cells[1].differences[0] if found.tasks[0].cells[1] else ""
    assert f"@@ -{line - 1}," in said  # which begins with the line before


def test_a_run_that_failed_with_nothing_changed_says_so(workspace: Workspace) -> None:
    photos = workspace.path / "photos"
    photos.write_text("rain")
    first = workspace.run(weather, {"folder": str(photos)})
    photos.unlink()
    found = changes(first, workspace.run(weather, {"folder": str(photos)}))
    (failed,) = found.sentences
    assert failed.startswith("look failed, although nothing that it is made of has changed: ")
    assert found.parameters == ()


def test_nothing_changed_is_said(workspace: Workspace) -> None:
    (workspace.path / "photos").write_text("rain")
    given_: dict[str, Any] = {"folder": str(workspace.path / "photos")}
    found = changes(workspace.run(weather, given_), workspace.run(weather, given_))
    assert found.sentences == ("nothing that it is made of has changed",)
    assert (found.shared, found.tasks, found.metrics) == (("train",), (), ())


@component
def describe(data: Input[Dataset]) -> str:
    return str(data.uri)


def test_another_file_that_is_imported_is_other_data(workspace: Workspace) -> None:
    @dsl.pipeline(name="importing")
    def importing(uri: str) -> None:
        describe(data=dsl.importer(artifact_uri=uri, artifact_class=Dataset).output)

    for name in ("rain", "snow"):
        (workspace.path / name).write_text(name)
    first, second = (workspace.run(importing, {"uri": str(workspace.path / name)}) for name in ("rain", "snow"))
    found = changes(first, second)
    before, after = (each.artifact("importer", "artifact").digest for each in (first, second))
    assert found.data == (DataChange("importer", "artifact", before, after),)
    assert "importer took in other data than before" in found.sentences


def made_up(tag: str, tasks: dict[str, dict[str, Any]], parameters: dict[str, Any], **metrics: Any) -> RunRecord:
    """A run of tasks that were made of these ingredients, the last of which logged these metrics."""
    run = Run(tag, tag, "Default", "p", "", parameters, "", NOON, state=State.SUCCEEDED)
    made = [
        Task(f"{tag}-{path}", tag, path, NOON, state=State.SUCCEEDED, fingerprint=repr(of), ingredients=of)
        for path, of in tasks.items()
    ]
    artifact = Artifact(f"{tag}-m", "m", "system.Metrics", "", repr(metrics), None, "", metrics, NOON)
    links = [Link(made[-1].id, Role.OUTPUT, "m", 0, artifact)] if made else []
    return RunRecord(run, made, links)


OF = {"command": ["python", "1\n2\n3\n"], "args": [], "environment": "sha256:a", "env": {}}


def sentences(before: RunRecord, after: RunRecord) -> tuple[str, ...]:
    return since(before, after).sentences


def test_tasks_that_changed_alike_share_a_sentence() -> None:
    before = made_up("a", dict.fromkeys("abcde", OF), {})
    after = made_up("b", {name: {**OF, "environment": "sha256:b"} for name in "abcde"}, {})
    assert sentences(before, after) == (
        "a, b, c and 2 more run in another environment than before (its packages, or its project's source)",
    )


def test_a_longer_source_differs_where_the_shorter_ends() -> None:
    before, after = made_up("a", {"t": OF}, {}), made_up("b", {"t": {**OF, "command": ["python", "1\n2\n3\n4\n"]}}, {})
    assert sentences(before, after) == ("t runs other code than before (source line 4)",)
    after = made_up("b", {"t": {**OF, "command": ["python3", "1\n2\n3\n"]}}, {})
    assert sentences(before, after) == ("t runs another command than before",)


def test_parameters_that_came_went_or_are_many_are_told_shortly() -> None:
    before = made_up("a", {}, {"a": 1, "gone": "x", "text": "", "long": "x" * 100})
    after = made_up("b", {}, {"a": 1.5, "new": [1], "text": "a\nb", "long": "y" * 100})
    assert sentences(before, after) == ('a 1 → 1.5, gone is gone (it was x), text "" → a b and 2 more',)


def test_of_long_values_what_differs_is_shown() -> None:
    addresses = [f"gs://bucket/{'photos/' * 20}{name}" for name in ("rain", "snow")]
    before, after = (made_up(name[-1], {}, {"uri": name}) for name in addresses)
    assert sentences(before, after) == ("uri …os/photos/rain → …os/photos/snow",)


def test_new_and_lost_tasks_are_told() -> None:
    before, after = made_up("a", {"a": OF, "b": OF}, {}), made_up("b", {"c": OF, "d": OF, "b": OF}, {})
    assert sentences(before, after) == ("c and d are new", "a is gone")
    running = replace(after, run=replace(after.run, state=State.RUNNING))
    assert sentences(before, running) == ("c and d are new",)


def test_the_metric_that_people_look_at_first_is_told() -> None:
    before = made_up("a", {"t": OF}, {}, loss=0.5, photos=42.0, macro_f1=0.84512, recall=0.5)
    after = made_up("b", {"t": OF}, {}, loss=0.25, photos=42.0, macro_f1=0.81234, recall=0.25)
    told = sentences(before, after)[-1]
    assert told == "macro_f1 of t 0.8451 → 0.8123 (−0.033); its other metrics: 1 worse, 1 better"
    before, after = (made_up(tag, {"t": OF}, {}, count=count) for tag, count in (("a", 1200), ("b", 1000)))
    assert sentences(before, after)[-1] == "count of t 1200 → 1000 (−200)"


def test_what_people_look_at_first_is_told_where_it_became_worse() -> None:
    before = made_up("a", {"t": OF}, {}, accuracy=0.75, loss=0.5)
    after = made_up("b", {"t": OF}, {}, accuracy=0.5, loss=0.25)
    assert since(before, after).regression == Regression("t", "m", "accuracy", Direction.HIGHER, 0.75, 0.5)
    assert since(after, before).regression is None
    assert since(before, replace(after, run=replace(after.run, state=State.FAILED))).regression is None
    assert since(before, made_up("b", {"t": OF}, {}, loss=0.75)).regression is None


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
ingredients = st.fixed_dictionaries(
    {},
    optional={
        "command": st.lists(st.text(), max_size=3),
        "environment": st.text(max_size=3),
        "parameters": st.dictionaries(st.text(max_size=3), values, max_size=2),
        "env": st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
    },
)


def runs(tag: str) -> st.SearchStrategy[RunRecord]:
    return st.builds(
        lambda tasks, parameters, metrics, state, kind: _in_states(
            made_up(tag, tasks, parameters, **metrics), state, kind
        ),
        st.dictionaries(st.sampled_from(["t", "u", "l[0].t", "l[1].t"]), ingredients, max_size=4),
        st.dictionaries(st.sampled_from("xyz"), values),
        st.dictionaries(st.sampled_from(["f1", "loss", "n"]), values),
        st.sampled_from(list(State)),
        st.sampled_from(list(Kind)),
    )


def _in_states(found: RunRecord, state: State, kind: Kind) -> RunRecord:
    return replace(found, tasks=[replace(task, state=state, kind=kind) for task in found.tasks])


@given(runs("a"), runs("b"))
def test_whatever_changed_there_are_one_to_five_sentences_of_one_line_each(before: RunRecord, after: RunRecord) -> None:
    found = since(before, after)
    assert 1 <= len(found.sentences) <= 5
    assert all(sentence and len(sentence) < 500 for sentence in found.sentences)
    assert {row.path for row in found.tasks}.isdisjoint(found.shared)


@given(runs("a"))
def test_a_run_has_not_changed_since_itself(run: RunRecord) -> None:
    found = since(run, run)
    assert (found.parameters, found.metrics, found.tasks, found.data) == ((), (), (), ())
