"""``barograph ui``."""

import click

from barograph.cli.server import PORT, read_token


@click.command("ui")
@click.argument("run", required=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help=f"0 for any that is free.  [default: {PORT} if it is free]")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def command(run: str | None, host: str, port: int | None, no_browser: bool) -> None:
    """Open the UI in a browser: at RUN (an id or its beginning, a name, or `last`), if one is given.

    It uses a server of this home that is there, wherever that listens. Otherwise it is one itself, until Ctrl-C, as
    `barograph server` is: beyond this machine it serves only with a token, which BAROGRAPH_TOKEN holds.
    """
    from threading import Thread

    from barograph.cli.record import open_record
    from barograph.config import load_config
    from barograph.server.presence import browser_address, find_server

    config = load_config()
    page = f"/runs/{open_record()[1].find_run(run).id}" if run else "/"

    def show(address: str, stop: str = "") -> None:
        url = f"{browser_address(address)}{page}"
        click.echo(f"The UI: {url}{stop}")
        if not no_browser:
            _open(url)

    if address := find_server(config.home):
        show(address)
        return

    from dataclasses import replace

    from barograph.server.serve import PortTaken, Settings, serve

    def tell(address: str) -> None:
        # Some browsers are waited for, and wait for the server meanwhile.
        Thread(target=show, args=(address, "\nCtrl-C stops it; runs go on."), daemon=True).start()

    settings = Settings(host, PORT if port is None else port, token=read_token(), quiet=True)
    try:
        serve(config, settings, tell)
    except PortTaken:
        if port is not None:
            raise
        serve(config, replace(settings, port=0), tell)


def _open(url: str) -> None:
    import webbrowser

    if not webbrowser.open(url):
        click.echo("No browser was found: open the address in one yourself.", err=True)
