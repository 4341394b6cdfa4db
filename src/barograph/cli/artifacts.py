"""``barograph artifacts``."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import click

from barograph.artifacts.content import extension_of
from barograph.artifacts.downloads import fetch
from barograph.artifacts.uri import is_remote
from barograph.errors import ArtifactError, StoreError
from barograph.store import Artifact


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

    config, store = open_record()
    found = store.find_run(run)
    tasks = store.tasks(found.id)
    links = outputs(store, tasks)
    paths = {task.id: task.path for task in tasks}
    if folder is not None:
        for link in links:
            for file in export(link.artifact, folder / paths[link.task_id] / link.key, config.home.downloads):
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


def export(artifact: Artifact, target: Path, downloads: Path) -> Iterator[Path]:
    """Copy an artifact to ``target``, and its metadata to a JSON file beside it; gives what was written. One that lies
    in an object store is fetched to the folder ``downloads`` first.

    Raises:
        StoreError: it is gone, or can't be copied.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        source = Path(artifact.uri)
        if is_remote(artifact.uri) and artifact.size is not None:
            source = fetch(artifact.uri, artifact.digest, downloads)
        if artifact.media_type == "inode/directory":
            yield Path(shutil.copytree(source, target, copy_function=shutil.copyfile, dirs_exist_ok=True))
        elif artifact.size is not None:
            yield Path(
                shutil.copyfile(
                    source, target.with_name(target.name + extension_of(artifact.media_type, artifact.metadata))
                )
            )
        if artifact.metadata:
            beside = target.with_name(f"{target.name}.metadata.json")
            beside.write_text(json.dumps(artifact.metadata, indent=2) + "\n", encoding="utf-8")
            yield beside
    except (OSError, shutil.Error, ArtifactError) as error:
        raise StoreError(f"artifact {artifact.name!r} can't be copied to {target}: {error}") from error
