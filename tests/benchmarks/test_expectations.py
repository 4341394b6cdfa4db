"""The list that the conformance benchmark reads."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[2] / "benchmarks" / "expectations.py"


@pytest.fixture(scope="module")
def expectations() -> ModuleType:
    spec = importlib.util.spec_from_file_location("expectations", FILE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["expectations"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_every_fact_of_a_line_is_read(expectations: ModuleType) -> None:
    line = "\t".join(
        [
            "a/b.yaml",
            "M",
            "caching(run twice)",
            'args={"a": [1, "x y"], "b": "<fresh tmp file>"}',
            "run=FAILED",
            'outputs={"Output": {"c": 2}} artifact_text={"Made": ["Hello, world!"]}',
            "leaf_succeeded=4 skipped=1[one[0].two] leaf_failed=[fail, a.fail-2]",
            "kfp.local-2.17=PASS",
            "args a=7; run=SUCCEEDED in words is a note",
        ]
    )

    read = expectations.parse_line(line)

    assert (read.path, read.twice, read.state, read.succeeded) == ("a/b.yaml", True, "FAILED", 4)
    assert read.arguments == {"a": [1, "x y"], "b": "<fresh tmp file>"}
    assert read.outputs == {"Output": {"c": 2}}
    assert read.artifact_text == {"Made": ["Hello, world!"]}
    assert read.skipped == {"one[0].two"}
    assert read.failed == {"fail", "a.fail-2"}


def test_what_chance_decides_is_not_counted(expectations: ModuleType) -> None:
    line = "a.yaml\tM\tcoin\targs={}\trun=SUCCEEDED\toutputs=<random>\ttasks=<random, see note>\tkfp\tnote"

    read = expectations.parse_line(line)

    assert read.is_random
    assert (read.outputs, read.succeeded, read.failed) == (None, None, None)


def test_a_line_without_a_state_is_refused_by_its_number(expectations: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "list.tsv"
    file.write_text("# heading\n\na.yaml\tE\tgroup\n")

    with pytest.raises(ValueError, match=r"list\.tsv:3: "):
        expectations.read_list(file)
