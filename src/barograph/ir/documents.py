"""YAML and JSON text to plain values: dicts with text as keys, lists, text, numbers, true, false and None.

A few hundred bytes can say more than fits into memory (aliases of aliases), or nest deeper than a stack goes: there,
PyYAML's own composer ends the process. Here YAML is put together from its events, with a stack that is a list, and
what exceeds a limit is refused with the limit named.

What a word means is PyYAML's choice, and so the KFP SDK's, but for what only JSON can hold: a key is always text,
and so is a date.
"""

import json
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

_LEVELS = 100
_VALUES = 1_000_000
_MEGABYTES = 32
_DIGITS = 400

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DocumentError(ValueError):
    """Text is no YAML or JSON, says what JSON can't, or exceeds a limit; the message says which."""


def read_documents(text: str) -> list[Any]:
    """The YAML documents in ``text``, or its one JSON document.

    Raises:
        DocumentError: it is neither, has a key twice, a tag or a number that JSON has not, or exceeds a limit.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise DocumentError(f"is no Unicode text: {error}") from None
    if size > _MEGABYTES * 2**20:
        raise DocumentError(f"holds more than {_MEGABYTES} MB of text")
    # PyYAML takes JSON's 1e-07 for text, and refuses the two escapes that JSON has for one emoji.
    if text.lstrip()[:1] == "{":
        try:
            return [read_json(text)]
        except json.JSONDecodeError:
            pass  # the braces are YAML's
    reader = _Reader()
    try:
        for event in yaml.parse(text, _Loader):
            reader.take(event)
    except yaml.YAMLError as error:
        raise DocumentError(f"is not valid YAML: {error}") from error
    return reader.documents


def read_json(text: str) -> Any:
    """The value that the JSON ``text`` writes.

    Raises:
        json.JSONDecodeError: it is no JSON.
        DocumentError: it has a key twice, text or a number that JSON has not, or exceeds a limit.
    """
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=lambda digits: _number(digits, int),
            parse_float=lambda digits: _number(digits, float),
            parse_constant=lambda word: _number(word, float),
        )
    except RecursionError:
        raise _too_deep() from None
    level, count = [value], 1
    for _ in range(_LEVELS + 1):
        collections = [item for item in level if isinstance(item, dict | list)]
        if not collections:
            break
        level = [item for of in collections for item in (of.values() if isinstance(of, dict) else of)]
        count += len(level)
        if count > _VALUES:
            raise _too_many()
    else:
        raise _too_deep()
    if "\\ud" in text.lower():
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise DocumentError(f"is no Unicode text: {error}") from None
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        ((key, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise DocumentError(f"has the key {key!r} twice in one object")
    return read


def _number(digits: str, convert: Callable[[str], float]) -> float:
    """Only what a double holds: protocol buffers have no other."""
    if len(digits) > _DIGITS:  # long ones take Python a time that grows with their square
        raise DocumentError(f"has a number of more than {_DIGITS} digits")
    number = convert(digits)
    try:
        finite = math.isfinite(number)
    except OverflowError:
        finite = False
    if not finite:
        raise DocumentError(f"has the number {digits}, which no parameter can hold")
    return number


def _too_deep() -> DocumentError:
    return DocumentError(f"is nested more than {_LEVELS} levels deep")


def _too_many() -> DocumentError:
    return DocumentError(f"holds more than {_VALUES:,} values, aliases written out")


def _at(event: Any, what: str) -> DocumentError:
    return DocumentError(f"line {event.start_mark.line + 1} {what}")


_pyyaml = yaml.constructor.SafeConstructor()


def _by(construct: Callable[[yaml.ScalarNode], Any]) -> Callable[[str], Any]:
    return lambda text: construct(yaml.ScalarNode("", text))


_int, _float = _by(_pyyaml.construct_yaml_int), _by(_pyyaml.construct_yaml_float)
_SCALARS: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:timestamp": str,
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:bool": _by(_pyyaml.construct_yaml_bool),
    "tag:yaml.org,2002:int": lambda text: _number(text, _int),
    "tag:yaml.org,2002:float": lambda text: _number(text, _float),
}
_COLLECTIONS = ("tag:yaml.org,2002:seq", "tag:yaml.org,2002:map", "!", None)
# What a word without quotes may be besides text, by its first character.
_PLAIN = {
    first: [(pattern, _SCALARS[tag]) for tag, pattern in resolvers if tag in _SCALARS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass
class _Collection:
    """A list or a mapping that is being read."""

    value: Any
    start: Any
    """The event that it began with."""
    before: tuple[int, int]
    """How many values and characters came before it."""
    key: str | None = None
    """The key whose value comes next."""
    merging: bool = False
    """The value that comes next is that of the key ``<<``."""
    merged: list[dict[str, Any]] = field(default_factory=list)

    def wants_key(self) -> bool:
        return self.key is None and not self.merging and isinstance(self.value, dict)

    def put(self, value: Any, event: Any) -> None:
        if isinstance(self.value, list):
            self.value.append(value)
        elif self.merging:
            self.merging = False
            mappings = value if isinstance(value, list) else [value]
            if not all(isinstance(mapping, dict) for mapping in mappings):
                raise _at(event, "merges (`<<`) what is no mapping")
            self.merged.extend(mappings)
        elif self.key is None:
            if not isinstance(value, str):
                raise _at(event, "has a key that is no text")
            if value in self.value:
                raise _at(event, f"has the key {value!r} a second time")
            self.key = value
        else:
            self.value[self.key] = value
            self.key = None

    def end(self) -> Any:
        if not self.merged:
            return self.value
        whole: dict[str, Any] = {}
        for mapping in reversed(self.merged):  # of two that have a key, the first counts
            whole |= mapping
        return whole | self.value


class _Reader:
    """Puts documents together from their events, and counts what they come to."""

    def __init__(self) -> None:
        self.documents: list[Any] = []
        self._open: list[_Collection] = []
        # What an anchor stands for, and how many values and characters that is.
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        self._values = 0
        self._characters = 0

    def take(self, event: Any) -> None:
        """Go on with the text's next event.

        Raises:
            DocumentError: it says what JSON can't, or exceeds a limit.
        """
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent():
                self._start(event, {})
            case yaml.SequenceStartEvent():
                self._start(event, [])
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end(event)
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.DocumentStartEvent():
                self._anchors.clear()

    def _scalar(self, event: Any) -> None:
        text = event.value
        self._count(1, len(text))
        if self._open and self._open[-1].wants_key():
            if text == "<<" and event.implicit[0]:
                self._open[-1].merging = True
                return
            value = text
        else:
            value = _scalar(event)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1, len(text))
        self._put(value, event)

    def _start(self, event: Any, value: Any) -> None:
        if event.tag not in _COLLECTIONS:
            raise _at(event, f"has the tag {event.tag}, which no pipeline has")
        if len(self._open) == _LEVELS:
            raise _too_deep()
        self._open.append(_Collection(value, event, (self._values, self._characters)))
        self._count(1, 0)
        self._anchors.pop(event.anchor, None)

    def _end(self, event: Any) -> None:
        collection = self._open.pop()
        value = collection.end()
        if collection.start.anchor:
            values, characters = collection.before
            self._anchors[collection.start.anchor] = (value, self._values - values, self._characters - characters)
        self._put(value, event)

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            raise _at(event, f"has the alias *{event.anchor}, which stands for nothing before it")
        value, values, characters = self._anchors[event.anchor]
        self._count(values, characters)
        self._put(value, event)

    def _put(self, value: Any, event: Any) -> None:
        if self._open:
            self._open[-1].put(value, event)
        else:
            self.documents.append(value)

    def _count(self, values: int, characters: int) -> None:
        self._values += values
        self._characters += characters
        if self._values > _VALUES:
            raise _too_many()
        if self._characters > _MEGABYTES * 2**20:
            raise DocumentError(f"holds more than {_MEGABYTES} MB of text, aliases written out")


def _scalar(event: Any) -> Any:
    text, tag = event.value, event.tag
    try:
        if tag is not None and tag != "!":
            if tag not in _SCALARS:
                raise DocumentError(f"has the tag {tag}, which no pipeline has")
            return _SCALARS[tag](text)
        if event.implicit[0]:
            for pattern, convert in _PLAIN.get(text[:1], ()):
                if pattern.match(text):
                    return convert(text)
    except DocumentError as error:
        raise _at(event, str(error)) from None
    except (ValueError, KeyError, IndexError):
        raise _at(event, f"has {text[:_DIGITS]!r}, which is no value of its type") from None
    return text
