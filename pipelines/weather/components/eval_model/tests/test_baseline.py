"""The model to beat is found where it is said to be, and is the one that was found when it is loaded."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from eval_model.baseline import NO_BASELINE, Baseline, find_baseline, read_baseline
from eval_model.current import keep
from eval_model.errors import BaselineError, DestinationError


@pytest.mark.parametrize(("baseline_uri", "destination"), [("", ""), ("none", ""), ("none", "/models")])
def test_without_an_address_there_is_no_baseline(baseline_uri: str, destination: str) -> None:
    assert find_baseline(baseline_uri, destination) == NO_BASELINE


def test_a_checkpoint_is_a_baseline(tmp_path: Path) -> None:
    file = tmp_path / "torch_model"
    file.write_bytes(b"torch")
    sha256 = hashlib.sha256(b"torch").hexdigest()
    assert find_baseline(str(file), "") == Baseline(str(file), sha256)
    assert find_baseline(f"file://{file}", "") == Baseline(f"file://{file}", sha256)


def test_the_current_model_at_an_address_is_a_baseline(tmp_path: Path) -> None:
    kept = keep(str(tmp_path), b"onnx", b"torch")
    expected = Baseline(f"{tmp_path}/{kept.torch_model.file}", hashlib.sha256(b"torch").hexdigest())
    for baseline_uri, destination in [(str(tmp_path), ""), ("", str(tmp_path)), (f"{tmp_path}/", f"{tmp_path}/")]:
        assert find_baseline(baseline_uri, destination) == expected


def test_the_first_run_finds_none_at_its_destination(tmp_path: Path) -> None:
    for destination in (str(tmp_path), f"{tmp_path}/not/yet", f"{tmp_path}/not/yet/"):
        assert find_baseline("", destination) == NO_BASELINE
        assert find_baseline(destination, destination) == NO_BASELINE


def test_a_baseline_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    for missing in (tmp_path, tmp_path / "typo.pt"):
        with pytest.raises(BaselineError, match=rf"there is no model at {missing}: neither a checkpoint nor a folder"):
            find_baseline(str(missing), str(tmp_path / "models"))
    with pytest.raises(DestinationError, match="baseline_uri 'model' is a relative path"):
        find_baseline("model", "")
    with pytest.raises(DestinationError, match="destination 'models' is a relative path"):
        find_baseline("", "models")


def test_a_baseline_is_read_only_if_it_is_what_was_found(tmp_path: Path) -> None:
    file = tmp_path / "model"
    file.write_bytes(b"torch")
    found = find_baseline(str(file), "")
    assert read_baseline(found) == b"torch"
    file.write_bytes(b"other")
    with pytest.raises(BaselineError, match="is no longer what it was when it was looked up; run again"):
        read_baseline(found)
    file.unlink()
    with pytest.raises(BaselineError, match="there is no model at"):
        read_baseline(found)


def test_a_baseline_is_found_without_pytorch_which_takes_seconds_to_import() -> None:
    code = "import sys, eval_model.baseline, eval_model.gate, eval_model.promotion; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
