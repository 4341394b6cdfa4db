"""A copy of the weather pipeline's sources, to be edited and run, and small sample data for it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = ("KFP_REPOSITORY", "STAGING_BUCKET", "BAROGRAPH_HOME")
"""What a developer's shell may have set and the tests must not see."""


@dataclass
class Checkout:
    """A copy of the repository's pipelines in a folder of its own, with a home of its own."""

    path: Path
    sample: Path

    @property
    def environ(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k not in SETTINGS and not k.endswith("_DOCKER_URI")}
        return kept | {"PYTHONPATH": str(self.path / "pipelines"), "COLUMNS": "160"}

    def call(self, module: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Call a command line of the checkout: ``weather`` is the pipeline's, ``barograph`` the engine's."""
        code = {
            "weather": "from weather.cli import main; main()",
            "barograph": "from barograph.cli import main; main()",
        }
        return subprocess.run(
            [sys.executable, "-c", code[module], *arguments],
            cwd=self.path,
            env=self.environ | environ,
            capture_output=True,
            text=True,
        )

    def run(self, *options: str, **parameters: Any) -> "Ran":
        """Compile and run the pipeline; on the sample and quickly, unless ``parameters`` say otherwise."""
        values = {"data_uri": self.sample, "weights": "none", "epochs": 3} | parameters
        assignments = [word for name, value in values.items() for word in ("-p", f"{name}={value}")]
        ended = self.call("weather", "run", *assignments, *options)
        return Ran(self, ended)


@dataclass
class Ran:
    """A run of the pipeline that has ended, by what the command line says of it."""

    checkout: Checkout
    ended: subprocess.CompletedProcess[str]

    @property
    def states(self) -> dict[str, str]:
        """State by task, from the last table in the output."""
        table = self.ended.stdout.rpartition("task ")[0] or self.ended.stdout
        rows = [line.split() for line in (table + self.ended.stdout).splitlines()]
        return {row[0]: row[2] for row in rows if len(row) > 2 and row[1] in "✓≡✗-■·"}

    def artifacts(self) -> dict[str, Any]:
        """The artifacts of the newest run by task and name."""
        listed = self.checkout.call("barograph", "artifacts", "last", "--json")
        return {f"{row['task']}/{row['name']}": row for row in json.loads(listed.stdout)}


@pytest.fixture(scope="session")
def checkouts(tmp_path_factory: pytest.TempPathFactory, environments: Path, sample: Path) -> Callable[[str], Checkout]:
    """Makes checkouts, which share their environments, so that each is made once."""

    def make(name: str) -> Checkout:
        folder = tmp_path_factory.mktemp(name)
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", "tests")
        shutil.copytree(ROOT / "pipelines", folder / "pipelines", ignore=ignored)
        shutil.copy(ROOT / "barograph.toml", folder)
        (folder / ".barograph").mkdir()
        (folder / ".barograph" / "environments").symlink_to(environments)
        shutil.copytree(sample, folder / "photos")
        return Checkout(folder, folder / "photos")

    return make
