"""A component project: a standard Python project with a hash-pinned lock.

Its own code, and that of the local projects it names under ``[tool.uv.sources]``, counts as its source.
"""

import configparser
import tomllib
from dataclasses import dataclass
from pathlib import Path

from barograph.artifacts.digest import digest_entries, digest_file
from barograph.errors import ConfigurationError

LOCK = "requirements.lock"
CONFIG = "kfp_config.ini"
"""In which ``kfp component build`` lists the components of an image, by name, with the files they are in."""


@dataclass(frozen=True)
class Project:
    """A component project and the local projects it needs.

    Attributes:
        path: its folder.
        local: the folders of the local projects it needs, directly or not, sorted.
    """

    path: Path
    local: tuple[Path, ...]

    @property
    def lock(self) -> Path:
        """Its lock: every package from an index, with hashes."""
        return self.path / LOCK

    def digest(self) -> str:
        """``sha256:...`` of source and lock: what its image's tag and its environment are named by."""
        entries = {f"lock/{LOCK}": digest_file(self.lock)}
        for folder in (self.path, *self.local):
            files = [folder / "pyproject.toml", *(f for f in (folder / "src").rglob("*") if _is_source(f))]
            files += [file for file in (folder / CONFIG, *listed_components(folder).values()) if file.is_file()]
            for file in files:
                entries[f"{folder.name}/{file.relative_to(folder).as_posix()}"] = digest_file(file)
        return digest_entries(entries)


def read_project(path: Path) -> Project:
    """The component project in the folder ``path``.

    Raises:
        ConfigurationError: it is no project, has no lock, or names a local project that is not there.
    """
    if not (path / LOCK).is_file():
        raise ConfigurationError(
            f"{path} has no {LOCK}; make one with `uv pip compile --universal --generate-hashes "
            f"pyproject.toml -o {LOCK}` in it"
        )
    found: dict[Path, None] = {}
    pending = [path.resolve()]
    while pending:
        folder = pending.pop()
        for source in _local_sources(folder):
            if source not in found:
                found[source] = None
                pending.append(source)
    return Project(path.resolve(), tuple(sorted(found)))


def listed_components(folder: Path) -> dict[str, Path]:
    """The files of the components that a project's ``kfp_config.ini`` lists; empty where it has none.

    Raises:
        ConfigurationError: that file can't be read.
    """
    parser = configparser.ConfigParser()
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read(folder / CONFIG, encoding="utf-8")
        section = dict(parser["Components"]) if parser.has_section("Components") else {}
    except (configparser.Error, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{folder / CONFIG}: can't be read: {error}") from error
    return {name: folder / file for name, file in section.items()}


def _local_sources(folder: Path) -> list[Path]:
    file = folder / "pyproject.toml"
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(f"{folder} is no project: it has no pyproject.toml") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file}: not valid TOML: {error}") from error
    sources = document.get("tool", {}).get("uv", {}).get("sources", {})
    return [(folder / source["path"]).resolve() for source in sources.values() if "path" in source]


def _is_source(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts and not any(p.endswith(".egg-info") for p in file.parts)
