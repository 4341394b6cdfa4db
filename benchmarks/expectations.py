"""What is expected of compiled pipelines: read from a list such as ``shared/conformance/public.tsv``.

A line has tab-separated columns: a path, a difficulty, a group, then facts in any order such as ``args={...}``,
``run=SUCCEEDED``, ``outputs={...} artifact_text={...}`` and ``leaf_succeeded=2 skipped=1[a.b] leaf_failed=[c]``.
What is no fact is a note.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FRESH_FILE = "<fresh tmp file>"
"""An argument that stands for the path of a file that is not there yet."""


@dataclass(frozen=True)
class Expectation:
    """What is expected of one pipeline.

    Attributes:
        path: of its file, below the folder of all.
        group: what of KFP it exercises.
        arguments: the parameters that it is given.
        state: how its run ends.
        artifacts: the artifacts that it is given: a file with a few words each.
        outputs: the pipeline's output parameters; None where the list does not say.
        artifact_text: the text, or the texts, of output artifacts.
        succeeded: how many tasks that run something end well; None where chance decides.
        skipped: the paths of skipped tasks; None where the list does not say.
        failed: the paths of failed tasks that run something; None where the list does not say.
        is_random: whether chance decides which tasks run.
        twice: whether it is run twice, all of the second run from the cache.
    """

    path: str
    group: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    state: str = "SUCCEEDED"
    outputs: Mapping[str, Any] | None = None
    artifact_text: Mapping[str, Any] = field(default_factory=dict)
    succeeded: int | None = None
    skipped: frozenset[str] | None = None
    failed: frozenset[str] | None = None
    is_random: bool = False
    artifacts: tuple[str, ...] = ()

    @property
    def twice(self) -> bool:
        return "run twice" in self.group


def read_list(file: Path) -> list[Expectation]:
    """The expectations in a list.

    Raises:
        ValueError: a line can't be read; the message names it.
    """
    expectations = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            try:
                expectations.append(parse_line(line))
            except ValueError as error:
                raise ValueError(f"{file}:{number}: {error}") from None
    return expectations


def parse_line(line: str) -> Expectation:
    """The expectation that one line of a list writes.

    Raises:
        ValueError: it has no path or no expected state, or a value is no JSON.
    """
    path, *columns = line.split("\t")
    group = columns[1] if len(columns) > 1 else ""
    # The first of a name counts: the notes at the end repeat some in words.
    facts: dict[str, str] = {}
    for column in columns[2:6]:
        for name, value in _facts(column):
            facts.setdefault(name, value)
    if not path or "run" not in facts:
        raise ValueError(f"no path or no run=STATE: {line[:80]!r}")
    random = "<random" in facts.get("tasks", "") or "<random" in facts.get("outputs", "")
    known = not random and "leaf_succeeded" in facts
    return Expectation(
        path,
        group,
        json.loads(facts.get("args", "{}")),
        facts["run"],
        json.loads(facts["outputs"]) if "outputs" in facts and "<random" not in facts["outputs"] else None,
        json.loads(facts.get("artifact_text", "{}")),
        int(facts["leaf_succeeded"]) if known else None,
        _paths(facts.get("skipped", "[]")) if known else None,
        _paths(facts.get("leaf_failed", "[]")) if known else None,
        random,
    )


def _facts(column: str) -> Iterator[tuple[str, str]]:
    rest = column.strip()
    while rest:
        name, equals, rest = rest.partition("=")
        if not equals or not name.replace("_", "").isalnum():
            return  # a note
        end = _end(rest)
        yield name, rest[:end]
        rest = rest[end:].lstrip()


def _end(text: str) -> int:
    """Where the value that ``text`` begins with ends: JSON, ``<...>``, or a word, which can hold a list of paths."""
    if text.startswith("{"):
        return json.JSONDecoder().raw_decode(text)[1]
    if text.startswith("<"):
        return text.index(">") + 1
    depth = 0
    for number, letter in enumerate(text):
        depth += {"[": 1, "]": -1}.get(letter, 0)
        if letter.isspace() and depth == 0:
            return number
    return len(text)


def _paths(text: str) -> frozenset[str]:
    inside = text[text.index("[") + 1 : text.rindex("]")]
    return frozenset(path.strip() for path in inside.split(",") if path.strip())
