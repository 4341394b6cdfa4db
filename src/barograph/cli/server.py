"""``barograph server``."""

import os
from dataclasses import replace
from pathlib import Path

import click

PORT = 8888
"""Where a server listens unless it is told otherwise."""


@click.command("server")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 for any that is free.")
@click.option("--allow-host", "names", multiple=True, metavar="NAME", help="A further name that browsers reach it by.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file with the token that every request needs.  [default: what BAROGRAPH_TOKEN holds]",
)
@click.option("--database", default="", metavar="URL", help="The record's database.  [default: SQLite, in the home]")
@click.option("--artifacts", default="", metavar="URI", help="Where artifacts go.  [default: the home]")
@click.option("--max-runs", type=click.IntRange(1), default=4, show_default=True, help="Runs at a time.")
@click.option(
    "--allow-url",
    "urls",
    multiple=True,
    metavar="https://HOST",
    help="A host from which clients may have pipelines fetched.  [default: none]",
)
def command(
    host: str,
    port: int,
    names: tuple[str, ...],
    token_file: Path | None,
    database: str,
    artifacts: str,
    max_runs: int,
    urls: tuple[str, ...],
) -> None:
    """Serve KFP's API, Barograph's own and the UI, on the same home as the command line.

    What was running when a server ended is taken up again. Beyond this machine it serves only with a token.
    """
    from barograph.artifacts.uri import check_root
    from barograph.config import load_config
    from barograph.registry.fetch import read_origin
    from barograph.server.presence import browser_address
    from barograph.server.serve import Settings, serve

    token = read_token(token_file)
    config = load_config()
    home = replace(config.home, root=check_root(artifacts)) if artifacts else config.home
    config = replace(config, home=home, database=database or config.database)
    settings = Settings(host, port, names, token, max_runs, frozenset(map(read_origin, urls)))

    def tell(address: str) -> None:
        click.echo(f"Barograph listens on {address}\nThe UI: {browser_address(address)}", err=True)

    serve(config, settings, tell)


def read_token(file: Path | None = None) -> str:
    """The token in the file, or else in ``BAROGRAPH_TOKEN``, which no task is to see; empty where there is none."""
    in_environment = os.environ.pop("BAROGRAPH_TOKEN", "")
    return file.read_text(encoding="utf-8").strip() if file else in_environment
