"""The record as the commands use it: opened, with runs settled that were interrupted."""

from barograph.config import Config, load_config
from barograph.engine.liveness import settle_interrupted
from barograph.errors import StoreError
from barograph.store import Store, open_store


def open_record() -> tuple[Config, Store]:
    """The settings and the record of the home that they name.

    Raises:
        ConfigurationError: barograph.toml is wrong.
        StoreError: the home can't be read or written.
    """
    config = load_config()
    home = config.home
    try:
        home.path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the home {home.path} can't be made: {error.strerror or error}") from error
    store = open_store(home.database_url)
    settle_interrupted(home, store)
    return config, store
