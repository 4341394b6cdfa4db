"""How two executions' ingredients differ, in words."""

from datetime import UTC, datetime
from typing import Any

import pytest

from barograph.engine.explain import differences, nearest
from barograph.engine.fingerprint import ingredients
from barograph.engine.inputs import Bundle
from barograph.ir.graph import Component, Container
from barograph.ir.graph import Task as TaskSpec
from barograph.store import Task

CONTAINER = Container("image", ("true",))
TASK = TaskSpec("task", Component("component", CONTAINER), {}, {}, (), True)
BEFORE: dict[str, Any] = {
    "version": 2,
    "runtime": {},
    "environment": "sha256:" + "1" * 64,
    "command": ["sh", "-c", "import x\ndef f(a):\n    b = a\n    return b\n"],
    "args": ["--executor_input", "{{$}}"],
    "env": {"LEVEL": "1"},
    "parameters": {"count": 1, "text": "rain"},
    "artifacts": {"data": [{"type": "system.Dataset", "digest": "sha256:" + "a" * 64, "metadata": "sha256:0"}]},
    "outputs": {"parameters": {"Output": "STRING"}, "artifacts": {}},
}


def test_equal_ingredients_do_not_differ() -> None:
    assert differences(BEFORE, dict(BEFORE)) == []


def test_a_default_that_was_now_given_is_told() -> None:
    after = BEFORE | {"absent": ["count"]}
    assert differences(after, BEFORE) == ['which parameters nothing gave: ["count"] -> []']


def test_a_parameter_is_named_with_both_values() -> None:
    after = BEFORE | {"parameters": {"count": 2, "snow": True}}
    assert differences(BEFORE, after) == [
        "parameter 'count': 1 -> 2",
        "parameter 'text' is gone; it was \"rain\"",
        "parameter 'snow' is new: true",
    ]


def test_one_and_true_are_different_parameters() -> None:
    assert differences(BEFORE, BEFORE | {"parameters": {"count": True, "text": "rain"}}) == [
        "parameter 'count': 1 -> true"
    ]


def test_a_changed_platform_setting_is_told() -> None:
    old, new = ({"settings": {"LEVEL": f"config_map settings sha256:{digit}"}} for digit in "12")
    assert differences(BEFORE | old, BEFORE | new) == [
        'platform setting \'LEVEL\': "config_map settings sha256:1" -> "config_map settings sha256:2"'
    ]


@pytest.mark.parametrize("key", sorted(ingredients("p", TASK, CONTAINER, "sha256:0", Bundle(), {})))
def test_whatever_makes_another_fingerprint_is_told(key: str) -> None:
    parts = ingredients("p", TASK, CONTAINER, "sha256:0", Bundle(), {})
    changed: dict[type, Any] = {int: 0, str: "sha256:1", list: ["x"], dict: {"parameters": {"x": 1}, "x": "y"}}
    if key == "artifacts":
        changed[dict] = {"x": [{"type": "t", "digest": "sha256:1", "metadata": "sha256:1"}]}
    assert differences(parts, parts | {key: changed[type(parts[key])]})


def test_a_long_value_is_cut_to_where_it_differs() -> None:
    old, new = ({"parameters": {"text": "x" * 500 + end + "y" * 500}} for end in ("rain", "snow"))
    (sentence,) = differences(old, new)
    assert len(sentence) < 200
    assert "rain" in sentence
    assert "snow" in sentence


def test_an_artifact_is_told_by_its_short_digest() -> None:
    changed = [{"type": "system.Dataset", "digest": "sha256:" + "b" * 64, "metadata": "sha256:0"}]
    assert differences(BEFORE, BEFORE | {"artifacts": {"data": changed}}) == [
        "input artifact 'data': its content aaaaaaaaaaaa -> bbbbbbbbbbbb"
    ]


def test_environment_variable_and_version_are_told() -> None:
    after = BEFORE | {"version": 3, "environment": "sha256:" + "2" * 64, "env": {"LEVEL": "2"}}
    assert differences(BEFORE, after) == [
        "the rules of the cache: version 2 -> 3",
        "its environment: 111111111111 -> 222222222222",
        'environment variable \'LEVEL\': "1" -> "2"',
    ]


def test_a_changed_source_is_a_diff_of_its_lines() -> None:
    after = BEFORE | {"command": ["sh", "-c", "import x\ndef f(a):\n    b = a + 1\n    return b\n"]}
    assert differences(BEFORE, after) == [
        "command: the source of the component\n"
        "    @@ -2,3 +2,3 @@\n"
        "     def f(a):\n"
        "    -    b = a\n"
        "    +    b = a + 1\n"
        "         return b"
    ]


def test_a_long_diff_is_cut() -> None:
    old, new = ({"command": ["\n".join(f"{word} {line}" for line in range(100))]} for word in ("rain", "snow"))
    (sentence,) = differences(old, new)
    assert len(sentence.splitlines()) == 22
    assert sentence.endswith("lines more")


def test_a_key_of_its_own_is_all_that_is_told() -> None:
    assert differences(BEFORE, {"version": 2, "cache_key": "mine"}) == [
        'the task\'s own cache key: null -> "mine"',
    ]


def test_the_nearest_execution_is_the_one_with_the_fewest_differences() -> None:
    time = datetime.now(UTC)
    far = Task("far", "run", "task", time, ingredients=BEFORE | {"parameters": {}, "env": {}})
    near = Task("near", "run", "task", time, ingredients=BEFORE | {"env": {}})
    found = nearest(Task("new", "run", "task", time, ingredients=BEFORE), [far, near])
    assert found is not None
    assert found[0] is near
    assert nearest(near, []) is None
