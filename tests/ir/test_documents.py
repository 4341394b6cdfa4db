"""YAML and JSON text to plain values: what PyYAML reads is read alike, and no text can do harm."""

import json
from contextlib import suppress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from barograph.ir.documents import DocumentError, read_documents, read_json

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner),
)


@given(st.lists(_VALUES), st.booleans())
def test_what_pyyaml_writes_is_read_as_pyyaml_reads_it(values: list[object], flow: bool) -> None:
    written = yaml.safe_dump_all(values, default_flow_style=flow, allow_unicode=True)
    assert read_documents(written) == list(yaml.load_all(written, yaml.CSafeLoader))


@given(_VALUES.filter(lambda value: isinstance(value, dict)))
def test_what_json_writes_is_read_as_it_was(value: object) -> None:
    assert read_documents(json.dumps(value)) == [value]
    assert read_documents(json.dumps(value, ensure_ascii=False)) == [value]


@given(st.text(alphabet="ab01.:-_+?!&*<>|[]{},\"'#% \n\teExX") | st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (read_documents, read_json):
        with suppress(DocumentError, json.JSONDecodeError):
            json.dumps(read(text), ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: &x [1, 2]\nb: *x\nc: {d: *x}", {"a": [1, 2], "b": [1, 2], "c": {"d": [1, 2]}}),
        ("a: &x 1\nb: &x 2\nc: *x", {"a": 1, "b": 2, "c": 2}),
        ("&k a: 1\nb: *k", {"a": 1, "b": "a"}),
        ("a: &x b\n*x : 1", {"a": "b", "b": 1}),
        ("a: &x {p: 1, q: 1}\nb: {<<: *x, q: 2}", {"a": {"p": 1, "q": 1}, "b": {"p": 1, "q": 2}}),
        ("b: {<<: [{p: 1}, {p: 2, q: 2}], r: 3}", {"b": {"p": 1, "q": 2, "r": 3}}),
        ("a: '<<'\nb: <<", {"a": "<<", "b": "<<"}),
        ("1: a\ntrue: b\nnull: c\n2020-01-01: d", {"1": "a", "true": "b", "null": "c", "2020-01-01": "d"}),
        ("[2020-01-01, =, 1_000, 0x10, yes, ~, 'yes']", ["2020-01-01", "=", 1000, 16, True, None, "yes"]),
        ("[!!str 1, !!int '1', !!float '1', !!null '', !!seq [], !!map {}]", ["1", 1, 1.0, None, [], {}]),
        ('{"a": 1e-07, "b": "\\ud83d\\ude00"}', {"a": 1e-07, "b": "😀"}),
        ("\ufeff{a: 1}", {"a": 1}),
    ],
)
def test_what_harms_nobody_is_read(text: str, value: object) -> None:
    assert read_documents(text) == [value]


def _bomb(word: str, layers: int, line: str = "{name}: &{name} [{refs}]") -> str:
    lines, before = [f"a0: &a0 {word}"], "a0"
    for layer in range(1, layers):
        lines.append(line.format(name=f"a{layer}", refs=", ".join([f"*{before}"] * 10)))
        before = f"a{layer}"
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (_bomb("lol", 9), "holds more than 1,000,000 values, aliases written out"),
        (_bomb("{x: 1}", 9, "{name}: &{name} {{<<: [{refs}]}}"), "holds more than 1,000,000 values"),
        (_bomb("x" * 10_000, 5), "holds more than 32 MB of text, aliases written out"),
        ("x" * (32 * 2**20 + 1), "holds more than 32 MB of text"),
        (f"[{'1,' * 1_000_001}]", "holds more than 1,000,000 values"),
        (f'{{"a": [{"1," * 1_000_000}1]}}', "holds more than 1,000,000 values"),
        ("[" * 100_000, "is nested more than 100 levels deep"),
        ("{a: " * 100_000, "is nested more than 100 levels deep"),
        ("- " * 100_000, "is nested more than 100 levels deep"),
        ("? " * 100_000, "is nested more than 100 levels deep"),
        ('{"a": ' * 100_000, "is nested more than 100 levels deep"),
        ('{"a":' * 101 + "1" + "}" * 101, "is nested more than 100 levels deep"),
        ("a: &x [*x]", r"line 1 has the alias \*x, which stands for nothing before it"),
        ("a: &x 1\nb: &x [*x]", r"line 2 has the alias \*x"),
        ("--- &x 1\n--- *x", r"line 2 has the alias \*x"),
        ("a: 1\nb: 2\na: 3", "line 3 has the key 'a' a second time"),
        ('{"a": {"b": 1, "c": 2, "b": 1}}', "has the key 'b' twice in one object"),
        ("[1]: 2", "line 1 has a key that is no text"),
        ("a: !!python/object:os.system x", "line 1 has the tag tag:yaml.org,2002:python/object:os.system"),
        ("a: !!set {b}", "line 1 has the tag tag:yaml.org,2002:set"),
        ("a: !!binary aGk=", "line 1 has the tag tag:yaml.org,2002:binary"),
        ("a: {<<: 1}", "line 1 merges"),
        ("a: .nan", "line 1 has the number .nan"),
        ('{"a": NaN}', "has the number NaN"),
        ('{"a": 1e999}', "has the number 1e999"),
        (f"a: {'9' * 350}", "which no parameter can hold"),
        (f"a: {'9' * 5000}", "line 1 has a number of more than 400 digits"),
        (f"a: {':'.join('1' * 5000)}", "line 1 has a number of more than 400 digits"),
        ("a: 0b_", "line 1 has '0b_', which is no value of its type"),
        ("a: !!bool x", "line 1 has 'x', which is no value of its type"),
        ("a: [", "is not valid YAML"),
        ("a: \ud800", "is no Unicode text"),
        ('{"a": "\\ud800"}', "is no Unicode text"),
    ],
)
def test_what_could_harm_is_refused_with_its_limit_or_place(text: str, words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        read_documents(text)


def test_what_is_just_as_deep_as_allowed_is_read() -> None:
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        text = f"{opening * 100}1{closing * 100}"
        assert read_documents(text) == [json.loads(text)]
        with pytest.raises(DocumentError, match="100 levels"):
            read_documents(f"{opening * 101}1{closing * 101}")
