"""``barograph lineage``."""

import json
from collections import defaultdict
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from barograph.errors import NotFoundError

if TYPE_CHECKING:
    from rich.console import Console

    from barograph.store import Artifact, Store
    from barograph.store.lineage import SqlLineage
    from barograph.views.lineage import Lineage, LineageArtifact

_OPEN = 10
"""Artifacts that are named as ends of the walk."""


@click.command("lineage")
@click.argument("artifact")
@click.option("--depth", type=click.IntRange(0), default=10, show_default=True, help="Tasks to go over, each way.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def command(artifact: str, depth: int, as_json: bool) -> None:
    """Show what ARTIFACT comes from and what came of it, in all runs.

    ARTIFACT is an id or its beginning, or RUN:TASK:NAME, such as last:train-model:model.
    """
    from barograph.cli.record import open_record
    from barograph.cli.terminal import console
    from barograph.store.lineage import SqlLineage
    from barograph.views.lineage import lineage

    _, store = open_record()
    record = SqlLineage(store.database)
    found = lineage(_find(artifact, store, record), record, depth)
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2, default=datetime.isoformat))
    else:
        _print(console(), found)


def _find(reference: str, store: "Store", record: "SqlLineage") -> "Artifact":
    from barograph.cli.record import find_task
    from barograph.store.records import Role

    if reference.count(":") < 2:
        return record.find_artifact(reference)
    name, path, key = reference.rsplit(":", 2)
    run = store.find_run(name)
    task = find_task(store, run, path)
    made = [link for link in store.links([task.id]) if link.role is Role.OUTPUT]
    match [link.artifact for link in made if link.key == key]:
        case [artifact]:
            return artifact
        case []:
            keys = ", ".join(dict.fromkeys(link.key for link in made)) or "none"
            raise NotFoundError(f"task {path!r} in run {run.name!r} made no artifact {key!r}; it made: {keys}")
        case several:
            ids = ", ".join(artifact.id[:13] for artifact in several)
            raise NotFoundError(f"{key!r} of task {path!r} is a list of artifacts: give one's id ({ids})")


def _print(console: "Console", found: "Lineage") -> None:
    from rich.text import Text

    from barograph.cli.formats import SYMBOLS, short, size
    from barograph.cli.terminal import plain_table

    root, runs = found.artifacts[0], {run.id: run for run in found.runs}
    facts = (root.type.removeprefix("system."), size(root.size), short(root.digest))
    console.print(Text.assemble((root.name, "bold"), f"  {'  '.join(filter(None, facts))}"))
    console.print(f"  id {root.id}   {root.uri}\n", style="dim", highlight=False, soft_wrap=True)
    table = plain_table()
    for heading in ("step", "task", "run", "state", "took", "made"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "step" else "left")
    order = {id_: place for place, id_ in enumerate(runs)}
    names = {artifact.id: _named(artifact, root) for artifact in found.artifacts}
    took, made = defaultdict(list), defaultdict(list)
    for edge in found.edges:
        took[edge.target].append(names.get(edge.source, ""))
        made[edge.source].append(names.get(edge.target, ""))
    for task in sorted(found.tasks, key=lambda task: (task.depth, order[task.run_id], task.path)):
        sign, style = SYMBOLS[task.state]
        state = Text(f"{sign} {task.state}", style)
        sides = (Text("\n".join(side[task.id])) for side in (took, made))
        table.add_row(f"{task.depth:+d}", Text(task.path), Text(runs[task.run_id].name), state, *sides)
    console.print(table)
    if found.open:
        console.print("\nThere is more behind these; --depth goes further:", style="dim", highlight=False)
        for id_ in found.open[:_OPEN]:
            console.print(f"  {names[id_]}  id {id_}", style="dim", markup=False, highlight=False)
        if len(found.open) > _OPEN:
            console.print(f"  and {len(found.open) - _OPEN} more", style="dim", highlight=False)


def _named(artifact: "LineageArtifact", root: "LineageArtifact") -> str:
    from barograph.cli.formats import short

    same = artifact.digest == root.digest and artifact.id != root.id
    return f"{artifact.name} {short(artifact.digest)}{' (the same bytes)' if same else ''}"
