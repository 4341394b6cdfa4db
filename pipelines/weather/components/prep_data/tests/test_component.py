"""The KFP component functions, called as KFP's executor calls them."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from kfp.dsl import HTML, Dataset, Metrics
from weather_splits import Split

from weather.components.prep_data.component import fingerprint_source, prep_data


def call(
    data_uri: str, fingerprint: str, out: Path, train_ratio: float = 0.6, **options: bool
) -> tuple[dict[str, Dataset], Metrics, Path]:
    out.mkdir(exist_ok=True)
    splits = {name: Dataset(name=name, uri=str(out / name)) for name in ("train_split", "val_split", "test_split")}
    metrics = Metrics(name="prep_metrics", uri=str(out / "prep_metrics"))
    page = HTML(name="near_duplicates", uri=str(out / "near_duplicates"))
    prep_data.python_func(
        data_uri=data_uri,
        source_fingerprint=fingerprint,
        random_seed=42,
        train_ratio=train_ratio,
        val_ratio=0.2,
        test_ratio=0.2,
        prep_metrics=metrics,
        near_duplicates=page,
        **splits,
        **options,
    )
    return splits, metrics, Path(page.path)


def test_the_two_components_work_together(folder: Path, tmp_path: Path) -> None:
    splits, metrics, page = call(str(folder), fingerprint_source.python_func(data_uri=str(folder)), tmp_path)
    assert metrics.metadata["photos"] == 19
    assert metrics.metadata["train"] == len(Split.open(splits["train_split"].path))
    metadata = splits["val_split"].metadata
    assert metadata["split"] == "validation"
    assert metadata["classes"] == ["dew", "rain", "snow"]
    assert sum(metadata["photos_by_class"].values()) == metadata["photos"]
    assert (metadata["random_seed"], metadata["train_ratio"]) == (42, 0.6)
    assert metrics.metadata["near_duplicates"] > 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_photos_that_look_alike_share_a_split_only_if_that_is_asked_for(
    make_scene: Callable[..., bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "photos"
    for label, first in (("rain", 0), ("snow", 100)):
        (folder / label).mkdir(parents=True)
        for number in range(first, first + 12):
            (folder / label / f"{number}.jpg").write_bytes(make_scene(number))
            (folder / label / f"{number}-again.jpg").write_bytes(make_scene(number, quality=50))
    fingerprint = fingerprint_source.python_func(data_uri=str(folder))
    apart, together = (
        call(str(folder), fingerprint, tmp_path / name, **options)[1].metadata
        for name, options in (("apart", {}), ("together", {"group_near_duplicates": True}))
    )
    assert apart["near_duplicates"] == together["near_duplicates"] == 48
    assert apart["near_duplicates_train_test"] > 0
    assert apart["near_duplicates_train_validation"] > 0
    assert together["near_duplicates_train_test"] == together["near_duplicates_train_validation"] == 0


def test_a_users_mistake_ends_the_task_with_one_message(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"^error: .*must sum to 1"):
        call(str(folder), "sha256:0", tmp_path, train_ratio=0.7)
    with pytest.raises(SystemExit, match=r"^error: .*the source changed while it was read"):
        call(str(folder), "sha256:0", tmp_path)
    with pytest.raises(SystemExit, match=r"^error: .*relative path"):
        fingerprint_source.python_func(data_uri="photos")


def test_parameters_are_described_for_the_forms_of_a_ui() -> None:
    for component in (fingerprint_source, prep_data):
        inputs = component.component_spec.inputs or {}
        assert inputs
        assert component.description


def test_taking_a_fingerprint_imports_nothing_heavy(folder: Path) -> None:
    script = (
        "import sys; from prep_data.fingerprint import fingerprint_source;"
        f"fingerprint_source({str(folder)!r});"
        "heavy = {'pyarrow', 'PIL', 'torch', 'numpy', 'fsspec', 'kfp', 'asyncio'} & set(sys.modules);"
        "sys.exit(', '.join(sorted(heavy)) or None)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.stderr == ""
