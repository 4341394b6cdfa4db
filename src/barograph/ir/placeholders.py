"""The placeholders in a container's command, args and env.

``{{$}}`` stands for the whole ExecutorInput as JSON; ``{{$.inputs.parameters['x']}}`` and its kin for parts of it
(``backend/src/v2/component/launcher_v2.go``, getPlaceholders; ``sdk/python/kfp/dsl/placeholders.py``).
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from barograph.ir.values import text

_PLACEHOLDER = re.compile(r"\{\{\$(?:\.(?P<path>.+?))?\}\}")
_ITEM = re.compile(
    r"(?P<side>inputs|outputs)\.(?P<kind>parameters|artifacts)\[(?P<q>['\"])(?P<name>.+?)(?P=q)\](?:\.(?P<field>\w+))?$"
)
_STRUCTURED = re.compile(r'^\s*\{"(Concat|IfPresent)":')


def unsupported(word: str) -> str | None:
    """The feature in ``word`` that can't be expanded here, or None."""
    if match := _STRUCTURED.match(word):
        return f"dsl.{match[1]}Placeholder"
    for match in _PLACEHOLDER.finditer(word):
        path = match["path"]
        if path and not _ITEM.match(path):
            return f"the placeholder {match[0]}"
    return None


def expand(word: str, executor_input: Mapping[str, Any], path_of: Callable[[Mapping[str, Any]], str]) -> str:
    """``word`` with every placeholder replaced.

    Args:
        word: one word of a command, or an environment variable's value.
        executor_input: KFP's ``ExecutorInput`` as its JSON form.
        path_of: the local path of a runtime artifact.

    Raises:
        KeyError: a placeholder names an input or output that is not in ``executor_input``.
    """
    return _PLACEHOLDER.sub(lambda match: _expand_one(match["path"], executor_input, path_of), word)


def _expand_one(
    path: str | None, executor_input: Mapping[str, Any], path_of: Callable[[Mapping[str, Any]], str]
) -> str:
    if path is None:
        return json.dumps(executor_input)
    match = _ITEM.match(path)
    if match is None:
        raise KeyError(path)
    side = executor_input[match["side"]]
    name, field = match["name"], match["field"]
    if match["kind"] == "parameters":
        if match["side"] == "inputs":
            return text(side["parameterValues"][name])
        return str(side["parameters"][name]["outputFile"])
    artifact = side["artifacts"][name]["artifacts"][0]
    match field:
        case "uri":
            return str(artifact["uri"])
        case "path":
            return path_of(artifact)
        case "metadata":
            return json.dumps(artifact.get("metadata", {}))
    raise KeyError(path)
