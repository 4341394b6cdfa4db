"""A process that runs one run, for a server: ``python -m barograph.server.worker``.

It is started before there is anything to run and has all it needs imported when the run's id comes on its standard
input, so a run starts in milliseconds. It is no part of the server: when that ends, whatever the way, the run goes on.
A signal ends it at once, and its tasks with it; a server takes the run up again. Only the record cancels a run.
"""

import sys

from barograph.config import load_config
from barograph.engine.cancellation import Cancellation
from barograph.engine.liveness import Held
from barograph.engine.managed import fail, run_managed
from barograph.errors import BarographError
from barograph.executors import process  # noqa: F401 so that it is there when a run comes
from barograph.store import open_store


def main() -> int:
    """Wait for a run's id, and run it; gives the exit code."""
    config = load_config()
    store = open_store(config.database_url)
    run_id = sys.stdin.readline().strip()
    if not run_id:
        return 0
    try:
        run_managed(run_id, config, store, Cancellation())
    except Held:
        return 0  # another has taken it up
    except BarographError as error:
        print(f"run {run_id}: {error}", file=sys.stderr)
        return 1
    except Exception as error:
        fail(run_id, f"internal error: {error!r}", store)
        raise
    return 0


if __name__ == "__main__":
    sys.exit(main())
