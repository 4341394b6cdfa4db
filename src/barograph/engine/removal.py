"""Removing a run: its record, and what of its files nothing else needs."""

import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from barograph.artifacts.uri import local_path
from barograph.engine.liveness import Held, held
from barograph.engine.managed import cancel
from barograph.errors import StateError
from barograph.home import Home
from barograph.store import Run, Store
from barograph.store.runs import Runs

_RUN_DEPTH, _DEPTH = 2, 5
"""A run's folder is in that of its pipeline; an artifact is in the folders of its run, task and attempt."""


def end(run_id: str, home: Home, store: Store) -> Run:
    """The run, which is asked to end if it goes on.

    Raises:
        NotFoundError: there is none with this id.
    """
    run = store.get_run(run_id)
    if not run.state.ended:
        with suppress(StateError):  # it has ended by itself
            cancel(run, home, store)
    return run


def remove(run: Run, home: Home, runs: Runs) -> bool:
    """Remove a run, its logs, and those of its artifacts that no other run took or made; whether it had ended.

    Artifacts that lie elsewhere than in the home stay there: what else is done with them nobody knows here.

    Raises:
        NotFoundError: it is gone already.
    """
    try:
        with held(home, run.id):
            addresses = runs.delete(run.id)
    except (Held, StateError):
        return False
    # The record first: should this end here, files are left that nobody misses, rather than missed.
    _remove_files(addresses, home.artifacts)
    _prune(Path(run.pipeline_root, run.pipeline, run.id), home.artifacts)
    for folder in (home.log(run.id, "any").parent, home.workspace(run.id)):
        shutil.rmtree(folder, ignore_errors=True)
    return True


def _remove_files(addresses: Iterable[str], within: Path) -> None:
    for address in addresses:
        local = local_path(address)
        if local is None or local.name in ("", ".."):
            continue
        # Where it really is, but for itself: of a link, the link is removed.
        file = local.parent.resolve() / local.name
        if _depth(file, within) < _DEPTH:
            continue
        with suppress(OSError):
            if file.is_dir() and not file.is_symlink():
                shutil.rmtree(file)
            else:
                file.unlink()
        _prune(file.parent, within)


def _prune(folder: Path, within: Path) -> None:
    """Remove folders in which nothing is left, up to that of the run: its pipeline's is about to be used by others."""
    folder = folder.resolve()
    inner = [entry for entry in folder.rglob("*") if entry.is_dir() and not entry.is_symlink()]
    for each in (*sorted(inner, reverse=True), folder, *folder.parents):
        if _depth(each, within) < _RUN_DEPTH:
            return
        try:
            each.rmdir()
        except OSError:  # there is something in it
            continue


def _depth(path: Path, within: Path) -> int:
    """How deep in a folder something is; 0 where it isn't."""
    within = within.resolve()
    return len(path.relative_to(within).parts) if path.is_relative_to(within) else 0
