"""``barograph artifacts``."""

import json
import mimetypes
import shutil
from collections.abc import Iterator
from pathlib import Path

import click

from barograph.errors import StoreError
from barograph.store import Artifact

_MODELS = {"onnx": ".onnx", "pytorch": ".pt"}
"""File extensions by what a ``system.Model`` says its framework is; a media type does not tell models apart."""


@click.command("artifacts")
@click.argument("run", default="last")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, with full digests, places and metadata.")
@click.option(
    "--export",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Copy them to a folder, by task, with the file extensions that programs go by.",
)
def command(run: str, as_json: bool, folder: Path | None) -> None:
    """List the artifacts that RUN made, with their digests; --json says where they are."""
    from barograph.cli.record import open_record
    from barograph.cli.summary import artifact_table, outputs
    from barograph.cli.terminal import console

    _, store = open_record()
    found = store.find_run(run)
    tasks = store.tasks(found.id)
    links = outputs(store, tasks)
    paths = {task.id: task.path for task in tasks}
    if folder is not None:
        for link in links:
            for file in export(link.artifact, folder / paths[link.task_id] / link.key):
                click.echo(file)
    elif as_json:
        keys = ("id", "type", "uri", "digest", "size", "media_type", "metadata")
        rows = [
            {"task": paths[link.task_id], "name": link.key} | {key: getattr(link.artifact, key) for key in keys}
            for link in links
        ]
        click.echo(json.dumps(rows, indent=2))
    else:
        console().print(artifact_table(tasks, links))


def export(artifact: Artifact, target: Path) -> Iterator[Path]:
    """Copy an artifact to ``target``, and its metadata to a JSON file beside it; gives what was written.

    Raises:
        StoreError: it is gone, or can't be copied.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if artifact.media_type == "inode/directory":
            yield Path(shutil.copytree(artifact.uri, target, dirs_exist_ok=True))
        elif artifact.size is not None:
            yield Path(shutil.copyfile(artifact.uri, target.with_name(target.name + _extension(artifact))))
        if artifact.metadata:
            beside = target.with_name(f"{target.name}.metadata.json")
            beside.write_text(json.dumps(artifact.metadata, indent=2) + "\n", encoding="utf-8")
            yield beside
    except (OSError, shutil.Error) as error:
        raise StoreError(f"artifact {artifact.name!r} can't be copied to {target}: {error}") from error


def _extension(artifact: Artifact) -> str:
    if (framework := artifact.metadata.get("framework")) in _MODELS:
        return _MODELS[framework]
    unknown = artifact.media_type == "application/octet-stream"
    return "" if unknown else mimetypes.guess_extension(artifact.media_type) or ""
