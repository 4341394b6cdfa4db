"""Why a task could not be taken from the cache, in words: how two executions' ingredients differ. Pure."""

import difflib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from barograph.store import Task

_LONGEST = 60
"""Characters of a value that are shown."""
_DIFF_LINES = 20


def nearest(task: Task, earlier: Sequence[Task]) -> tuple[Task, list[str]] | None:
    """That of ``earlier`` which differs least from ``task``, and how; the first of equals. None if there are none."""
    found = [(other, differences(other.ingredients, task.ingredients)) for other in earlier]
    return min(found, key=lambda pair: len(pair[1]), default=None)


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """How ``new`` ingredients differ from ``old`` ones, a sentence each; a changed source is followed by its diff."""
    said = []
    if old.get("version") != new.get("version"):
        said.append(f"the rules of the cache: version {old.get('version')} -> {new.get('version')}")
    if old.get("cache_key") != new.get("cache_key"):
        said.append(f"the task's own cache key: {_shown(old.get('cache_key'))} -> {_shown(new.get('cache_key'))}")
        if not (old.get("cache_key") and new.get("cache_key")):
            return said  # with a key of its own, nothing else is told
    if old.get("environment") != new.get("environment"):
        said.append(f"its environment: {_digest(old.get('environment'))} -> {_digest(new.get('environment'))}")
    said += _entries("parameter", old.get("parameters"), new.get("parameters"))
    before, after = (ingredients.get("absent", []) for ingredients in (old, new))
    if before != after:
        said.append(f"which parameters nothing gave: {_shown(before)} -> {_shown(after)}")
    said += _artifacts(old.get("artifacts") or {}, new.get("artifacts") or {})
    said += _entries("environment variable", old.get("env"), new.get("env"))
    said += _entries("platform setting", old.get("settings"), new.get("settings"))
    said += _entries("fact about the run", old.get("runtime"), new.get("runtime"))
    said += _words("command", old.get("command") or (), new.get("command") or ())
    said += _words("arguments", old.get("args") or (), new.get("args") or ())
    for kind in ("parameters", "artifacts"):
        before, after = (ingredients.get("outputs") or {} for ingredients in (old, new))
        said += _entries(f"declared output {kind.removesuffix('s')}", before.get(kind), after.get(kind))
    return said


def _entries(what: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> list[str]:
    old, new = old or {}, new or {}
    said = []
    for name in dict.fromkeys((*old, *new)):
        if name not in new:
            said.append(f"{what} {name!r} is gone; it was {_shown(old[name])}")
        elif name not in old:
            said.append(f"{what} {name!r} is new: {_shown(new[name])}")
        # Not by ==, to which 1, 1.0 and True are the same.
        elif json.dumps(old[name], sort_keys=True) != json.dumps(new[name], sort_keys=True):
            said.append(f"{what} {name!r}: {' -> '.join(_pair(old[name], new[name]))}")
    return said


def _artifacts(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    said = []
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if before is None or after is None:
            said.append(f"input artifact {name!r} is {'new' if before is None else 'gone'}")
        elif len(before) != len(after):
            said.append(f"input artifact {name!r}: a list of {len(before)} -> {len(after)}")
        elif before != after:
            place = next(place for place, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1])
            said.append(_artifact(f"{name!r}[{place}]" if len(before) > 1 else repr(name), before[place], after[place]))
    return said


def _artifact(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    if old.get("digest") != new.get("digest"):
        return f"input artifact {name}: its content {_digest(old.get('digest'))} -> {_digest(new.get('digest'))}"
    if old.get("type") != new.get("type"):
        return f"input artifact {name}: its type {old.get('type')} -> {new.get('type')}"
    return f"input artifact {name}: its metadata"


def _words(what: str, old: Sequence[str], new: Sequence[str]) -> list[str]:
    said = []
    for operation, start, end, begin, stop in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            continue
        before, after = old[start:end], new[begin:stop]
        if len(before) != len(after):
            said.append(f"{what}: {_shown(list(before))} -> {_shown(list(after))}")
            continue
        for one, other in zip(before, after, strict=True):
            if "\n" in one.strip() and "\n" in other.strip():
                said.append(f"{what}: the source of the component\n{_diff(one, other)}")
            else:
                said.append(f"{what}: {' -> '.join(_pair(one, other))}")
    return said


def _diff(old: str, new: str) -> str:
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), n=1, lineterm=""))[2:]
    if len(lines) > _DIFF_LINES:
        lines = [*lines[:_DIFF_LINES], f"... and {len(lines) - _DIFF_LINES} lines more"]
    return "\n".join(f"    {line}" for line in lines)


def _pair(old: Any, new: Any) -> tuple[str, str]:
    """Both values, cut to where they differ if they are long."""
    before, after = (json.dumps(value, ensure_ascii=False) for value in (old, new))
    if max(len(before), len(after)) <= _LONGEST:
        return before, after
    same = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), _LONGEST)
    start = max(0, same - 20)
    return _cut(before, start), _cut(after, start)


def _cut(text: str, start: int) -> str:
    end = "..." if len(text) > start + _LONGEST else ""
    return ("..." if start else "") + text[start : start + _LONGEST] + end


def _shown(value: Any) -> str:
    return _cut(json.dumps(value, ensure_ascii=False), 0)


def _digest(digest: Any) -> str:
    return str(digest).removeprefix("sha256:")[:12] if digest else "none"
