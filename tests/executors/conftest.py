"""An executor for each test, and one home for all of them, so that an environment is made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from barograph.config import Config
from barograph.executors.process import ProcessExecutor
from barograph.home import Home
from tests.executors.bench import Bench


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("home"))


@pytest.fixture
def bench(home: Home, tmp_path: Path) -> Iterator[Bench]:
    executor = ProcessExecutor(Config(home))
    yield Bench(tmp_path, executor)
    executor.close()
