"""What an image says of itself: OCI's annotations, and the digest of the source that it was built from."""

import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

from barograph.environments.project import LOCK, read_project
from weather.images import COMPONENTS

SOURCE_DIGEST = "barograph.source-digest"

OCI = "org.opencontainers.image."


@dataclass(frozen=True)
class Revision:
    """The commit that something was last changed in.

    Attributes:
        commit: its hash, with ``-dirty`` behind it where something was changed since.
        time: when it was made, in seconds since 1970.
    """

    commit: str
    time: int


def labels(component: str) -> dict[str, str]:
    """The labels of a component's image."""
    project = tomllib.loads((COMPONENTS / component / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = {
        f"{OCI}title": f"weather-{project['name']}",
        f"{OCI}description": project["description"],
        f"{OCI}licenses": project["license"],
        f"{OCI}version": project["version"],
        SOURCE_DIGEST: read_project(COMPONENTS / component).digest(),
    }
    made = revision(component)
    return found | ({f"{OCI}revision": made.commit} if made else {})


def revision(component: str) -> Revision | None:
    """The last commit that changed what a component's image is built from; None outside a git checkout.

    Later commits make no other image of the same source, which would make all results of the earlier one useless.
    """
    project = read_project(COMPONENTS / component)
    folders = (project.path, *project.local)
    paths = [str(folder / name) for folder in folders for name in ("pyproject.toml", "src")]
    paths += [str(project.path / name) for name in ("Dockerfile", LOCK)]
    paths += [str(COMPONENTS.parent / name) for name in ("without_cuda.py", ".dockerignore")]
    commit, _, time = _git("log", "-1", "--format=%H %ct", "--", *paths).partition(" ")
    if not commit:
        return None
    return Revision(commit + ("-dirty" if _git("status", "--porcelain", "--", *paths) else ""), int(time))


def _git(*arguments: str) -> str:
    """What git prints of this checkout; nothing where there is no git, or no checkout."""
    try:
        return subprocess.run(
            ("git", "-C", str(Path(__file__).parent), *arguments), capture_output=True, text=True
        ).stdout.strip()
    except OSError:
        return ""
