"""Secrets and config maps on one machine: a file that only its owner can read.

.. code-block:: toml

    [secrets.my-secret]
    password = "..."

    [config_maps.settings]
    level = "debug"
"""

import json
import os
import re
import shutil
import stat
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from barograph.errors import ConfigurationError
from barograph.home import Home
from barograph.ir.graph import TaskOutput
from barograph.ir.platform import NO_OUTPUTS, EnvFrom, EnvKind, FilesKind, Platform, name_of
from barograph.ir.values import Value

_TABLES = {"secrets": "secret", "config_maps": "config map"}
# Kubernetes' own rule for a key, which becomes a file's name.
_KEY = re.compile(r"(?!\.\.?$)[-._a-zA-Z0-9]{1,253}")
# A shorter value is too common in ordinary text to be replaced.
_SHORTEST = 4
# A line of a value that stands for itself: shorter ones, such as a brace, are no secret.
_SHORTEST_LINE = 8


@dataclass(frozen=True)
class Secrets:
    """What a secrets file holds; its repr shows none of it.

    Attributes:
        path: the file, whether it is there or not.
    """

    path: Path
    _secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    _config_maps: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)

    def secret(self, name: str) -> Mapping[str, str] | None:
        """The values of a secret by their keys, or None where there is no such secret."""
        return self._secrets.get(name)

    def config_map(self, name: str) -> Mapping[str, str] | None:
        """The values of a config map by their keys, or None where there is no such config map."""
        return self._config_maps.get(name)

    def values(self) -> frozenset[str]:
        """Every secret value, to be redacted.

        A value that has white space around it is also there without, and a value of several lines also line by line,
        so that text can be redacted one line at a time.
        """
        values: set[str] = set()
        for secret in self._secrets.values():
            for value in secret.values():
                lines = (line.strip() for line in value.splitlines())
                values |= {value, value.strip(), *(line for line in lines if len(line) >= _SHORTEST_LINE)}
        return frozenset(values - {""})


_PIECE = 1 << 20
NO_SECRETS = Secrets(Path("secrets.toml"))
"""None at all."""


def default_path(home: Home) -> Path:
    """The secrets file of a home."""
    return home.path / "secrets.toml"


def read_secrets(path: Path) -> Secrets:
    """What the secrets file ``path`` holds: nothing where there is no such file.

    Raises:
        ConfigurationError: others can read the file, it is not valid TOML, or a value is no text.
            No message shows a value.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise ConfigurationError(
                    f"{path}: others can read this file (its mode is {mode:04o}), and it holds secrets; "
                    f"run: chmod 600 {path}"
                )
            document = tomllib.loads(file.read().decode("utf-8"))
    except FileNotFoundError:
        return Secrets(path)
    except OSError as error:
        raise ConfigurationError(f"{path}: can't be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        where = re.search(r"at (line \d+, column \d+|end of document)", str(error))
        raise ConfigurationError(f"{path}: not valid TOML{f' ({where[0]})' if where else ''}") from None
    if unknown := sorted(document.keys() - _TABLES):
        raise ConfigurationError(f"{path}: no such table: {', '.join(unknown)}; there are [secrets] and [config_maps]")
    return Secrets(path, *(_tables(document.get(table, {}), f"{path}: {table}") for table in _TABLES))


def _tables(document: Any, where: str) -> dict[str, Mapping[str, str]]:
    if not isinstance(document, dict):
        raise ConfigurationError(f"{where} must be a table of tables")
    for name, values in document.items():
        if not isinstance(values, dict):
            raise ConfigurationError(f"{where}.{name} must be a table: its keys and their values")
        for key, value in values.items():
            if not _KEY.fullmatch(key):
                raise ConfigurationError(f"{where}.{name}: the key {key!r} may have letters, digits, '-', '_' and '.'")
            if not isinstance(value, str):
                raise ConfigurationError(f"{where}.{name}.{key} must be text: put it in quotes")
    return document


def redact(text: str, values: Iterable[str]) -> str:
    """``text`` with ``***`` in the place of each of ``values``.

    Where values overlap, everything that they cover is replaced. Values shorter than four characters are left alone.
    """
    spans: list[tuple[int, int]] = []
    for value in values:
        if len(value) < _SHORTEST:
            continue
        start = text.find(value)
        while start >= 0:
            spans.append((start, start + len(value)))
            start = text.find(value, start + 1)
    pieces, end = [], 0
    for start, stop in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= end:
            pieces += [text[end:start], "***"]
        end = max(end, stop)
    return "".join([*pieces, text[end:]])


class Redactor:
    """Text that comes in pieces, with ``***`` in the place of values: the same, however it is cut, as ``redact`` gives
    of the whole of it.

    What may be the beginning of a value is held back until it is known whether it is one.
    """

    def __init__(self, values: Iterable[str]) -> None:
        self._values = [value.encode(errors="surrogateescape") for value in values if len(value) >= _SHORTEST]
        self._held = b""
        self._replaced = 0  # bytes of what is held that belong to a value whose stars were given already

    def feed(self, piece: bytes) -> bytes:
        """What is certain now."""
        self._held += piece
        return self._clean(min((_beginning(self._held, value) for value in self._values), default=len(self._held)))

    def end(self) -> bytes:
        """The rest: nothing follows."""
        return self._clean(len(self._held))

    def _clean(self, until: int) -> bytes:
        held, end = self._held, self._replaced
        pieces = []
        for start, stop in sorted(span for value in self._values for span in _spans(held, value) if span[0] < until):
            if start >= end:
                pieces += [held[end:start], b"***"]
            end = max(end, stop)
        pieces.append(held[end:until])
        self._held, self._replaced = held[until:], max(0, end - until)
        return b"".join(pieces)


def _spans(text: bytes, value: bytes) -> Iterator[tuple[int, int]]:
    start = text.find(value)
    while start >= 0:
        yield start, start + len(value)
        start = text.find(value, start + 1)


def _beginning(text: bytes, value: bytes) -> int:
    """Where ``text`` ends in the beginning of ``value``, and not in all of it; else its length."""
    start = text.find(value[:1], max(0, len(text) - len(value) + 1))
    while start >= 0 and not value.startswith(text[start:]):
        start = text.find(value[:1], start + 1)
    return start if start >= 0 else len(text)


def redacted_pieces(file: BinaryIO, values: Collection[str]) -> Iterator[bytes]:
    """What ``file`` holds, with ``***`` in the place of ``values``."""
    redactor = Redactor(values)
    while piece := file.read(_PIECE):
        yield redactor.feed(piece)
    yield redactor.end()


def redact_file(file: Path, values: Collection[str]) -> None:
    """Put ``***`` in the place of ``values`` in a file, which is replaced only if it holds one of them."""
    if not values or not file.is_file():
        return
    clean = file.with_name(f"{file.name}.redacted")
    try:
        descriptor = os.open(clean, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with file.open("rb") as source, os.fdopen(descriptor, "wb") as target:
            changed = False
            for piece in redacted_pieces(source, values):
                changed = changed or b"***" in piece
                target.write(piece)
        if changed:
            shutil.copymode(file, clean)
            clean.replace(file)
    finally:
        clean.unlink(missing_ok=True)


def environment(
    platform: Platform,
    secrets: Secrets,
    parameters: Mapping[str, Value],
    field_values: Mapping[str, str],
    task: str,
    outputs: Mapping[TaskOutput, Value] = NO_OUTPUTS,
) -> tuple[dict[str, str], frozenset[str]]:
    """The environment variables that a platform gives a task, and the names of those that hold a secret.

    Args:
        platform: what the task's executor asks for.
        secrets: where secrets and config maps are.
        parameters: the input parameters of the DAG that holds the task.
        field_values: the values of field paths, such as ``metadata.name``; one that is not there has an empty value,
            unless the executor's own pod metadata gives it one.
        task: how errors name the task.
        outputs: the outputs that ``platform.outputs()`` asks for.

    Raises:
        ConfigurationError: a secret, config map or key that is not optional is missing.
        ParameterError: the value that names one is no text.
    """
    fields = {**platform.field_values, **field_values}
    variables: dict[str, str] = {}
    secret: set[str] = set()
    for asked in platform.env:
        value = _value(asked, secrets, parameters, fields, task, outputs)
        if value is None:
            continue
        variables[asked.variable] = value
        (secret.add if asked.kind is EnvKind.SECRET else secret.discard)(asked.variable)
    return variables, frozenset(secret)


def _value(
    asked: EnvFrom,
    secrets: Secrets,
    parameters: Mapping[str, Value],
    fields: Mapping[str, str],
    task: str,
    outputs: Mapping[TaskOutput, Value],
) -> str | None:
    if asked.source is None:
        return fields.get(asked.key, "")
    name = name_of(asked.source, parameters, outputs)
    if name is None:
        return None
    is_secret = asked.kind is EnvKind.SECRET
    found = (secrets.secret(name) if is_secret else secrets.config_map(name)) or {}
    if asked.key not in found and not asked.optional:
        raise _missing("secrets" if is_secret else "config_maps", name, asked.key, task, secrets.path)
    return found.get(asked.key)


def files(
    platform: Platform,
    secrets: Secrets,
    parameters: Mapping[str, Value],
    folder: Path,
    task: str,
    outputs: Mapping[TaskOutput, Value] = NO_OUTPUTS,
) -> list[tuple[Path, str]]:
    """Writes the secrets and config maps that a task sees as files, and says where each is to be mounted.

    Each becomes a folder of its own inside ``folder``, with a file for each key, which only the owner can read. What
    is optional and missing is an empty folder, as in Kubernetes. Whoever calls it removes ``folder`` after the task.

    Returns:
        The folders on this machine, each with its mount path.

    Raises:
        ConfigurationError: a secret or config map that is not optional is missing.
        ParameterError: the value that names one is no text.
    """
    mounts: list[tuple[Path, str]] = []
    for number, asked in enumerate(platform.files):
        name = name_of(asked.source, parameters, outputs)
        if name is None:
            continue
        is_secret = asked.kind is FilesKind.SECRET
        found = secrets.secret(name) if is_secret else secrets.config_map(name)
        if found is None and not asked.optional:
            raise _missing("secrets" if is_secret else "config_maps", name, None, task, secrets.path)
        # Not named after the secret: a pipeline's input may give the name, and must not lead to another folder.
        mount = folder / f"{asked.kind}-{number}"
        _write(mount, found or {})
        mounts.append((mount, asked.mount_path))
    return mounts


def _write(folder: Path, values: Mapping[str, str]) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.parent.chmod(0o700)
    folder.mkdir(mode=0o700)
    for key, value in values.items():
        descriptor = os.open(folder / key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(value)


def _missing(table: str, name: str, key: str | None, task: str, path: Path) -> ConfigurationError:
    what = f"the {_TABLES[table]} {name!r}" if key is None else f"the key {key!r} of the {_TABLES[table]} {name!r}"
    line = f'{_toml_key(key or "some-key")} = "..."'
    return ConfigurationError(
        f"task {task!r} needs {what}, which is not there; "
        f"put `{line}` under `[{table}.{_toml_key(name)}]` in {path} (its mode must be 0600)"
    )


def _toml_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key)
