"""The KFP component functions that compare and promote, called as KFP's executor calls them, one after the other."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from eval_model.evaluation import evaluate_checkpoint
from kfp.dsl import Dataset, Markdown, Metrics, Model
from weather_classifier import stream
from weather_classifier.decode import RgbImage
from weather_classifier.decode import decode as decode_photo
from weather_splits import Split

from weather.components.eval_model.component import find_baseline, gate_model, promote_model

CLASSES = ("dew", "rain", "snow")


@dataclass
class Gated:
    """The outputs of a gate."""

    decision: str
    metrics: dict[str, float]
    note: str


@pytest.fixture
def gate(tmp_path: Path, make_split: Callable[..., Split]) -> Callable[..., Gated]:
    """Compares a model with a baseline on a few photos."""
    split = make_split({"dew": 6, "rain": 7, "snow": 5})

    def call(
        model: Path, baseline_uri: str = "", destination: str = "", margin: float = 0, batch_size: int = 4
    ) -> Gated:
        uri, sha256 = find_baseline.python_func(baseline_uri, destination)
        comparison, reasons = Metrics(uri=str(tmp_path / "comparison")), Markdown(uri=str(tmp_path / "reasons"))
        (decision,) = gate_model.python_func(
            test_split=Dataset(uri=str(split.directory)),
            torch_model=Model(uri=str(model)),
            baseline_uri=uri,
            baseline_sha256=sha256,
            margin=margin,
            device="cpu",
            batch_size=batch_size,
            comparison=comparison,
            reasons=reasons,
        )
        return Gated(decision, comparison.metadata, Path(reasons.path).read_text(encoding="utf-8"))

    return call


@pytest.fixture
def promote(tmp_path: Path) -> Callable[[Path, str], Model]:
    """Promotes a model; its ONNX form is made up."""

    def call(model: Path, destination: str) -> Model:
        onnx = tmp_path / "onnx"
        onnx.write_bytes(b"onnx of " + model.name.encode())
        promoted = Model(uri=str(tmp_path / "promoted"))
        promote_model.python_func(
            onnx_model=Model(uri=str(onnx), metadata={"framework": "onnx"}),
            torch_model=Model(uri=str(model)),
            destination=destination,
            promoted_model=promoted,
        )
        return promoted

    return call


def test_without_a_baseline_a_model_is_promoted(gate: Callable[..., Gated], checkpoint: Callable[..., Path]) -> None:
    made = gate(checkpoint(*CLASSES))
    assert (made.decision, made.metrics) == ("promote", {})
    assert made.note.startswith("# Promote: there is no model to compare with\n")


def test_of_two_models_the_better_one_takes_the_others_place_and_never_the_other_way_round(
    gate: Callable[..., Gated], checkpoint: Callable[..., Path]
) -> None:
    one, other = checkpoint(*CLASSES, name="one", seed=1), checkpoint("snow", "dew", "rain", name="other", seed=3)
    there, back = gate(one, str(other)), gate(other, str(one))
    assert {there.decision, back.decision} == {"promote", "keep"}
    assert there.metrics["difference"] == pytest.approx(-back.metrics["difference"]) != 0
    assert there.metrics["baseline_weighted_f1"] == pytest.approx(back.metrics["new_weighted_f1"])
    promoted = there if there.decision == "promote" else back
    assert promoted.metrics["difference"] > 0
    assert promoted.note.startswith("# Promote: the new model is better\n")
    assert "random seed" in promoted.note


def test_figures_are_those_of_the_evaluation(
    gate: Callable[..., Gated], checkpoint: Callable[..., Path], tmp_path: Path
) -> None:
    models = {
        "new": checkpoint(*CLASSES, name="new"),
        "baseline": checkpoint("snow", "dew", "rain", name="old", seed=3),
    }
    made = gate(models["new"], str(models["baseline"]))
    for name, model in models.items():
        evaluated = evaluate_checkpoint(tmp_path / "split", model, "cpu", 4, tmp_path / "table")
        assert made.metrics[f"{name}_weighted_f1"] == pytest.approx(evaluated.figures.weighted_f1)


def test_each_photo_is_decoded_once_for_both(
    gate: Callable[..., Gated], checkpoint: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[str] = []

    def decode(image: bytes, name: str, shorter_side: int | None = None) -> RgbImage:
        decoded.append(name)
        return decode_photo(image, name, shorter_side)

    monkeypatch.setattr(stream, "decode", decode)
    made = gate(checkpoint(*CLASSES, name="one"), str(checkpoint(*CLASSES, name="other", seed=2)))
    assert len(decoded) == len(set(decoded)) == made.metrics["test_photos"] == 18


def test_a_gate_comes_out_the_same_whatever_the_number_of_threads(
    gate: Callable[..., Gated], checkpoint: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = checkpoint(*CLASSES, name="one"), checkpoint(*CLASSES, name="other", seed=2)
    made = []
    for cores in (1, 3):
        monkeypatch.setattr(stream, "cores", lambda cores=cores: cores)
        made.append(gate(one, str(other)))
    assert made[0] == made[1]


def test_runs_that_follow_each_other_find_the_model_that_was_promoted_last(
    gate: Callable[..., Gated], promote: Callable[[Path, str], Model], checkpoint: Callable[..., Path], tmp_path: Path
) -> None:
    destination = f"{tmp_path}/models/weather/"
    first, second = checkpoint(*CLASSES, name="first"), checkpoint(*CLASSES, name="second", seed=2)
    assert gate(first, destination=destination).decision == "promote"
    made = promote(first, destination)
    assert made.metadata == {
        "framework": "onnx",
        "promoted_to": f"{tmp_path}/models/weather/current.json",
        "promoted_file": f"model-{hashlib.sha256(b'onnx of first').hexdigest()[:16]}.onnx",
    }
    assert (tmp_path / "models/weather" / made.metadata["promoted_file"]).read_bytes() == b"onnx of first"
    # The same training again: nothing to do.
    again = gate(first, destination=destination)
    assert (again.decision, again.metrics) == ("keep", {})
    assert "byte for byte" in again.note
    # Another one, which may be worse.
    assert gate(second, destination, destination, margin=-1).decision == "promote"
    promote(second, destination)
    _, sha256 = find_baseline.python_func(destination, "")
    assert sha256 == hashlib.sha256(second.read_bytes()).hexdigest()
    assert gate(second, destination=destination).decision == "keep"


def test_without_a_destination_the_promoted_model_is_an_artifact_only(
    promote: Callable[[Path, str], Model], checkpoint: Callable[..., Path], tmp_path: Path
) -> None:
    made = promote(checkpoint(*CLASSES), "")
    assert Path(made.path).read_bytes() == b"onnx of model"
    assert made.metadata == {"framework": "onnx", "promoted_to": ""}


def test_a_baseline_of_other_classes_is_refused_by_their_names(
    gate: Callable[..., Gated], checkpoint: Callable[..., Path]
) -> None:
    model = checkpoint(*CLASSES, "glaze")
    other = checkpoint(*CLASSES, "rime", "hail", name="other")
    told = r"only the new model knows glaze; only the baseline knows hail, rime; set baseline_uri to .* none to promote"
    with pytest.raises(SystemExit, match=rf"^error: the baseline {other} knows other classes, .*: {told}"):
        gate(model, str(other))
    assert gate(model, "none").decision == "promote"


def test_a_users_mistake_ends_the_task_with_one_message(
    gate: Callable[..., Gated],
    promote: Callable[[Path, str], Model],
    checkpoint: Callable[..., Path],
    tmp_path: Path,
) -> None:
    model, other = checkpoint(*CLASSES), checkpoint(*CLASSES, name="other", seed=2)
    with pytest.raises(SystemExit, match=r"^error: margin is 2\.0; "):
        gate(model, margin=2.0)
    with pytest.raises(SystemExit, match=r"^error: batch_size is 0"):
        gate(model, str(other), batch_size=0)
    with pytest.raises(SystemExit, match=r"^error: baseline_uri: there is no model at /not/there"):
        gate(model, "/not/there")
    words = tmp_path / "words"
    words.write_bytes(b"words")
    with pytest.raises(
        SystemExit, match=rf"^error: the baseline {words} can't be compared with: it is not a checkpoint"
    ):
        gate(model, str(words))
    with pytest.raises(SystemExit, match=r"^error: the test split has classes that the model does not know: snow"):
        gate(checkpoint("dew", "rain", name="a"), str(checkpoint("rain", "dew", name="b", seed=2)))
    with pytest.raises(SystemExit, match=r"^error: destination 'models' is a relative path"):
        promote(model, "models")
    assert not (tmp_path / "promoted").exists()


def test_parameters_are_described_for_the_forms_of_a_ui() -> None:
    for component in (find_baseline, gate_model, promote_model):
        assert component.component_spec.inputs
        assert component.component_spec.description
