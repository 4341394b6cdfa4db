"""How the tests are dealt out to several processes (``pytest -n 3``)."""

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

BROWSER = "tests/ui/"
DOCKER = ("tests/engine/test_remote_root.py", "tests/executors/test_docker.py", "tests/weather/test_images.py")
"""The tests that start a docker daemon and containers."""
LONG = (BROWSER, "tests/weather/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, or one process would be left with it in the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


class _Files(LoadFileScheduling):  # type: ignore[misc]
    """The tests of a file run in one process: they share servers. Those in a browser share one across files.

    Those with docker run in the same process, after them: containers change the machine's network, and whenever that
    changes, Chromium gives up on what it is loading (ERR_NETWORK_CHANGED).
    """

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith((BROWSER, *DOCKER)) else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _Files:
    config.option.loadscopereorder = False
    return _Files(config, log)
