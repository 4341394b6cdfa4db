"""A compiled pipeline as one object, and back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.errors import PipelineError
from barograph.ir import parse_spec
from barograph.ir.documents import read_documents
from barograph.ir.structs import from_struct, to_struct
from tests.registry.texts import text, with_platform

WORDS = st.text(max_size=10) | st.sampled_from(["on", "~", "1e-7", "2020-01-01"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=20,
)


@given(st.dictionaries(WORDS, VALUES, min_size=1))
def test_whatever_an_object_holds_its_text_holds(struct: dict[str, Any]) -> None:
    assert read_documents(from_struct({"pipeline_spec": struct})) == [struct]


def test_a_pipeline_is_its_own_object() -> None:
    struct = to_struct(text())
    assert struct["pipelineInfo"] == {"name": "greeting"}
    assert parse_spec(from_struct(struct)).pipeline == parse_spec(text()).pipeline


def test_with_a_platform_spec_the_object_has_both() -> None:
    struct = to_struct(with_platform())
    assert struct["pipeline_spec"] == to_struct(text())
    assert set(struct["platform_spec"]["platforms"]) == {"kubernetes"}
    assert parse_spec(from_struct(struct)).platform == parse_spec(with_platform()).platform


def test_a_large_pipeline_is_read_as_a_small_one() -> None:
    large = text("x" * 2**17)
    assert to_struct(large)["root"] == to_struct(text())["root"]


def test_what_can_be_no_text_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"root": deep}
    with pytest.raises(PipelineError, match="nested too deep"):
        from_struct(deep)
    with pytest.raises(PipelineError, match="no text"):
        from_struct({"root": "\ud800"})
