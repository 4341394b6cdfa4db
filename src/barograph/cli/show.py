"""``barograph show``."""

import click


@click.command("show")
@click.argument("run", default="last")
def command(run: str) -> None:
    """Show RUN (an id or its beginning, a name, or `last`): parameters, tasks, metrics and artifacts."""
    from rich.text import Text

    from barograph.cli.record import open_record
    from barograph.cli.redaction import redaction
    from barograph.cli.summary import print_summary
    from barograph.cli.terminal import console, plain_table
    from barograph.engine.request import read_options, secrets_of
    from barograph.ir.values import text

    config, store = open_record()
    found = store.find_run(run)
    terminal = console()
    redacted = redaction(secrets_of(read_options(found.options), config.home))
    print_summary(terminal, store, found, whole=True, redacted=redacted)
    if found.parameters:
        table = plain_table()
        table.add_column("parameter", no_wrap=True)
        table.add_column("value", overflow="fold")
        for name, value in found.parameters.items():
            table.add_row(name, Text(text(value)))
        terminal.print()
        terminal.print(table)
