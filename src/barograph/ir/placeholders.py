"""The placeholders in a container's command, args and env, and in an importer's metadata.

``{{$}}`` stands for the whole ExecutorInput as JSON, ``{{$.inputs.parameters['x']}}`` and its kin for parts of it,
``{{$.pipeline_job_name}}`` and its kin for facts of the run; ``{"Concat": [...]}`` and ``{"IfPresent": {...}}`` make
words of words. Sources: ``ExecutorInput`` in ``api/v2alpha1/pipeline_spec.proto``, ``kfp/dsl/placeholders.py`` in the
SDK, ``component/launcher_v2.go`` (getPlaceholders) and ``driver/util.go`` (resolveContainerArgs) in ``backend/src/v2``.

Every word is gone through once: a value that was put in is never read for placeholders again.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from barograph.ir.values import Value, launcher_text

# A name holds none of the marks around it, so that a match never reaches into the next placeholder.
_PLACEHOLDER = re.compile(
    r"""
    \{\{\$
    (?:
        \.inputs\.parameters\[(?P<q1>['"])(?P<input_parameter>[^'"\[\]{}\n]+)(?P=q1)\]
      | \.outputs\.parameters\[(?P<q2>['"])(?P<output_parameter>[^'"\[\]{}\n]+)(?P=q2)\]\.output_file
      | \.(?P<side>inputs|outputs)\.artifacts\[(?P<q3>['"])(?P<artifact>[^'"\[\]{}\n]+)(?P=q3)\]
        (?:
            \.(?P<field>uri|path|name|value|metadata)
          | \.(?:metadata|properties|custom_properties)\[(?P<q4>['"])(?P<key>(?:(?!(?P=q4)\]|\}\}|\n).)+)(?P=q4)\]
        )?
      | \.(?P<output_file>outputs\.output_file|outputs\.output_metadata_uri|outputMetadataUri)
      | \.(?P<runtime>
            pipeline_job_(?:name|resource_name|uuid|create_time_utc|schedule_time_utc)
          | pipeline_task_(?:name|uuid)
          | pipeline_root
          | workspace_path
        )
    )?
    (?:\.json_escape\[(?P<escape>[0-9])\])?
    \}\}
    """,
    re.VERBOSE,
)
# What starts like one of KFP's. Anything else, such as Helm's {{$.Values.x}} in a component's source, is the user's.
_LOOKALIKE = re.compile(
    r"\{\{\$\.(?:(?:inputs|outputs)\.|pipeline_|workspace_|json_escape|outputMetadataUri)[^{}\n]*\}\}"
)
_STRUCTURED = re.compile(r'\s*\{\s*"(Concat|IfPresent)"\s*:')
_VARIABLE = re.compile(r"\$(?:(?P<escaped>\$)|\((?P<name>[^)]*)\))")


@dataclass(frozen=True)
class Context:
    """What a task's placeholders stand for.

    Attributes:
        executor_input: KFP's ``ExecutorInput`` in its JSON form.
        path_of: the local path of a runtime artifact.
        defaults: the component's default values, which stand in for parameters that the task was not given; they
            don't count as present for IfPresent (``addDefaultParams`` in ``launcher_v2.go``).
        runtime: facts of the run, by placeholder (``pipeline_job_name``, ``pipeline_root``, ...).
    """

    executor_input: Mapping[str, Any]
    path_of: Callable[[Mapping[str, Any]], str]
    defaults: Mapping[str, Value] = field(default_factory=dict)
    runtime: Mapping[str, str] = field(default_factory=dict)


def check(word: str) -> str | None:
    """The placeholder in ``word`` that can't be understood, or None."""
    if "{{$" not in word:
        return None
    for match in _LOOKALIKE.finditer(word):
        # In the JSON of a Concat or an IfPresent, double quotes are escaped.
        if not _PLACEHOLDER.fullmatch(match[0].replace('\\"', '"')):
            return f"the placeholder {match[0]}"
    return None


def expand_words(words: Sequence[str], context: Context) -> tuple[str, ...]:
    """``words`` with every placeholder replaced; an IfPresent makes none, one or many words of one.

    Args:
        words: a container's command or args.
        context: what the placeholders stand for.

    Raises:
        KeyError: a placeholder names what the task has not; its argument is the name.
    """
    return tuple(expanded for word in words for expanded in _expand_word(word, context))


def expand_text(text: str, context: Context) -> str:
    """``text`` with every placeholder replaced; a Concat or IfPresent in it is left as the text that it is.

    Raises:
        KeyError: a placeholder names what the task has not; its argument is the name.
    """
    if "{{$" not in text:
        return text
    return _PLACEHOLDER.sub(lambda match: _expand_one(match, context), text)


def env_expand(env: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Environment variables by name, ``$(NAME)`` replaced where NAME was defined before, as Kubernetes does it."""
    expanded: dict[str, str] = {}
    for name, value in env:
        expanded[name] = expand_vars(value, expanded)
    return expanded


def expand_vars(word: str, env: Mapping[str, str]) -> str:
    """``word`` with ``$(NAME)`` replaced by a variable and ``$$`` by ``$``; an unknown reference stays as it is.

    Source: Kubernetes' ``third_party/forked/golang/expansion/expand.go``.
    """
    if "$" not in word:
        return word
    return _VARIABLE.sub(lambda match: match["escaped"] or env.get(match["name"], match[0]), word)


def _expand_word(word: str, context: Context) -> list[str]:
    structure = _structure(word)
    return [expand_text(word, context)] if structure is None else _expand_structure(structure, context)


def _structure(word: str) -> dict[str, Any] | None:
    """The Concat or IfPresent that ``word`` is, or None: JSON that only starts like one is the user's text."""
    if not _STRUCTURED.match(word):
        return None
    try:
        structure = json.loads(word)
        return structure if _is_element(structure) else None
    except (json.JSONDecodeError, RecursionError):
        return None


def _is_element(element: Any) -> bool:
    match element:
        case str():
            return True
        case {"Concat": list(items), **more} if not more:
            return all(_is_element(item) for item in items)
        case {"IfPresent": {"InputName": str(), "Then": then, **rest}, **more} if not more and rest.keys() <= {"Else"}:
            return _is_branch(then) and _is_branch(rest.get("Else"))
    return False


def _is_branch(branch: Any) -> bool:
    if isinstance(branch, list):
        return all(_is_element(item) for item in branch)
    return branch is None or _is_element(branch)


def _expand_structure(element: Any, context: Context) -> list[str]:
    match element:
        case None:
            return []
        case str():
            return [expand_text(element, context)]
        case list():
            return [word for item in element for word in _expand_structure(item, context)]
        case {"Concat": items}:
            return ["".join(_expand_structure(items, context))]
    condition = element["IfPresent"]
    branch = "Then" if _is_present(condition["InputName"], context.executor_input) else "Else"
    return _expand_structure(condition.get(branch), context)


def _is_present(name: str, executor_input: Mapping[str, Any]) -> bool:
    inputs = executor_input.get("inputs", {})
    outputs = executor_input.get("outputs", {})
    places = (
        inputs.get("parameterValues"),
        inputs.get("artifacts"),
        outputs.get("parameters"),
        outputs.get("artifacts"),
    )
    return any(place and place.get(name) is not None for place in places)


def _expand_one(match: re.Match[str], context: Context) -> str:
    expanded = _stands_for(match, context)
    for _ in range(int(match["escape"] or 0)):
        expanded = json.dumps(expanded)[1:-1]
    return expanded


def _stands_for(match: re.Match[str], context: Context) -> str:
    executor_input = context.executor_input
    if name := match["input_parameter"]:
        return launcher_text(_parameters(context)[name])
    if name := match["output_parameter"]:
        return str(executor_input.get("outputs", {}).get("parameters", {})[name]["outputFile"])
    if match["artifact"]:
        return _artifact(match, context)
    if match["output_file"]:
        return str(executor_input.get("outputs", {})["outputFile"])
    if name := match["runtime"]:
        return context.runtime[name]
    return json.dumps(_with_defaults(context))


def _artifact(match: re.Match[str], context: Context) -> str:
    name, key = match["artifact"], match["key"]
    found = context.executor_input.get(match["side"], {}).get("artifacts", {})[name]
    if match["field"] is None and key is None:
        return json.dumps(found["artifacts"])  # a component that takes a list gets one
    if not found["artifacts"]:
        raise KeyError(name)
    artifact = found["artifacts"][0]
    if key is not None:
        return launcher_text(artifact.get("metadata", {})[key])
    match match["field"]:
        case "path":
            return context.path_of(artifact)
        case "metadata":
            return json.dumps(artifact.get("metadata", {}))
        case plain:
            return str(artifact[plain])


def _parameters(context: Context) -> dict[str, Value]:
    return {**context.defaults, **context.executor_input.get("inputs", {}).get("parameterValues", {})}


def _with_defaults(context: Context) -> Mapping[str, Any]:
    if not context.defaults:
        return context.executor_input
    inputs = {**context.executor_input.get("inputs", {}), "parameterValues": _parameters(context)}
    return {**context.executor_input, "inputs": inputs}
