"""Settings: ``barograph.toml``, found in the current folder or one above it, and variables of the shell."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from barograph.errors import ConfigurationError
from barograph.home import Home

FILE_NAME = "barograph.toml"


@dataclass(frozen=True)
class Config:
    """What barograph.toml and the environment say.

    Attributes:
        home: where everything is kept.
        images: globs of image names (without tag or digest) and the component project each stands for.
        pass_env: further environment variables, as globs, that tasks get from the shell.
        source: the file that was read, None where there is none.
        database: the address of the record's database; the home's own SQLite file if empty.
    """

    home: Home
    images: Mapping[str, Path] = field(default_factory=dict)
    pass_env: tuple[str, ...] = ()
    source: Path | None = None
    database: str = ""

    @property
    def database_url(self) -> str:
        """Where the record is."""
        return self.database or self.home.database_url

    def project_of(self, image: str) -> Path | None:
        """The component project that ``image`` is built from; None where nothing says so."""
        name = image_name(image)
        return next((path for glob, path in self.images.items() if fnmatchcase(name, glob)), None)


def image_name(reference: str) -> str:
    """An image reference without its tag and digest: ``host:5000/a/b:1@sha256:...`` is ``host:5000/a/b``."""
    name = reference.partition("@")[0]
    head, colon, tag = name.rpartition(":")
    return head if colon and "/" not in tag else name


def load_config(start: Path | None = None, environ: Mapping[str, str] = os.environ) -> Config:
    """The settings that hold in the folder ``start``, by default the current one.

    Raises:
        ConfigurationError: barograph.toml is no TOML, or has something that is not a setting.
    """
    folder = (start or Path.cwd()).resolve()
    source = next((f for f in (p / FILE_NAME for p in (folder, *folder.parents)) if f.is_file()), None)
    text = source.read_bytes() if source else b""
    document = _read(source, text) if source else {}
    base = source.parent if source else folder
    home = environ.get("BAROGRAPH_HOME") or document.pop("home", None)
    path = base / Path(home).expanduser() if home else Path.home() / ".barograph"
    document.pop("home", None)
    root = environ.get("BAROGRAPH_ARTIFACTS") or document.pop("artifacts", "")
    document.pop("artifacts", None)
    database = environ.get("BAROGRAPH_DATABASE") or document.pop("database", "")
    document.pop("database", None)
    images = _table(document.pop("images", {}), f"{source}: [images]")
    process = _table(document.pop("process", {}), f"{source}: [process]")
    pass_env = process.pop("pass_env", [])
    unknown = [*document, *(f"process.{key}" for key in process)]
    if unknown:
        raise ConfigurationError(f"{source}: no such setting: {', '.join(unknown)}")
    if not isinstance(pass_env, list) or not all(isinstance(name, str) for name in pass_env):
        raise ConfigurationError(f"{source}: process.pass_env must be a list of names")
    if not isinstance(root, str):
        raise ConfigurationError(f"{source}: artifacts must be a folder or an address, such as gs://bucket/prefix")
    if not isinstance(database, str):
        raise ConfigurationError(f"{source}: database must be an address, such as postgresql+psycopg://host/name")
    for glob in images:
        _check_glob(glob, source, text.decode())
    return Config(
        Home(path.resolve(), root if not root or "://" in root else str((base / Path(root).expanduser()).resolve())),
        {glob: _project(base, glob, folder, source) for glob, folder in images.items()},
        tuple(pass_env),
        source,
        database,
    )


def _read(source: Path, text: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{source}: not valid TOML: {error}") from error


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigurationError(f"{where} must be a table")
    return dict(value)


def _check_glob(glob: str, source: Path | None, text: str) -> None:
    """A glob with a tag or a digest would fit nothing, as images are known by their names alone."""
    name = image_name(glob)
    if name == glob:
        return
    lines = enumerate(text.splitlines(), 1)
    line = next((number for number, line in lines if line.lstrip().startswith((f'"{glob}"', f"'{glob}'"))), None)
    where = f"{source}, line {line}" if line else str(source)
    raise ConfigurationError(
        f'{where}: [images]: "{glob}" fits no image: images are named here without their tag or digest; '
        f'write "{name}" instead'
    )


def _project(base: Path, glob: str, folder: Any, source: Path | None) -> Path:
    if not isinstance(folder, str):
        raise ConfigurationError(f"{source}: images.{glob!r} must be a component project's folder")
    path = (base / folder).resolve()
    if not (path / "pyproject.toml").is_file():
        raise ConfigurationError(f"{source}: images.{glob!r}: {path} is no project: it has no pyproject.toml")
    return path
