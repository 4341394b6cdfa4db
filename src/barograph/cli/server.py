"""``barograph server``."""

from dataclasses import replace
from pathlib import Path

import click


@click.command("server")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8888, show_default=True, help="0 for any that is free.")
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
    """Serve KFP's API and Barograph's own, on the same home as the command line.

    What was running when a server ended is taken up again. Beyond this machine it serves only with a token.
    """
    import os

    from barograph.artifacts.uri import check_root
    from barograph.config import load_config
    from barograph.registry.fetch import read_origin
    from barograph.server.serve import Settings, serve

    token = token_file.read_text(encoding="utf-8").strip() if token_file else os.environ.pop("BAROGRAPH_TOKEN", "")
    config = load_config()
    home = replace(config.home, root=check_root(artifacts)) if artifacts else config.home
    config = replace(config, home=home, database=database or config.database)
    settings = Settings(host, port, names, token, max_runs, frozenset(map(read_origin, urls)))
    serve(config, settings, lambda address: click.echo(f"Barograph listens on {address}", err=True))
