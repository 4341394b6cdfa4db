"""``barograph pipeline``: the registry."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from barograph.ir.graph import ParameterSpec
    from barograph.store.pipelines import Pipelines
    from barograph.store.records import Pipeline, PipelineVersion

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_limit = click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="How many at the most.")


@click.group("pipeline")
def command() -> None:
    """Keep pipelines by name, in versions that never change; `barograph run NAME[:VERSION]` runs them."""


@command.command("upload")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", default="", help="The pipeline's name.  [default: what FILE says]")
@click.option("--version", default="", help="The version's name.  [default: the beginning of its digest]")
@click.option("--description", default="", help="What to say of the version.")
@click.option("--tag", "tags", multiple=True, metavar="KEY[=VALUE]", help="A tag for the version.")
@click.option("--function", help="Which pipeline, where a Python file defines several.")
@click.option("--to", "url", metavar="URL", help="A Barograph or Kubeflow server.  [default: the home's own registry]")
@click.option("--token", default="", envvar="BAROGRAPH_TOKEN", show_envvar=True, help="The server's token.")
@_json
def upload(
    file: Path,
    name: str,
    version: str,
    description: str,
    tags: tuple[str, ...],
    function: str | None,
    url: str | None,
    token: str,
    as_json: bool,
) -> None:
    """Make a version of FILE: a compiled pipeline (YAML, JSON, zip or tar.gz) or a Python file that defines one.

    The same text again is the same version. A tag without a value, such as `latest`, is on one version at a time.
    """
    from barograph.cli.compiling import packaged
    from barograph.ir.spec import parse_spec
    from barograph.registry.remote import send
    from barograph.registry.tags import parse_tags
    from barograph.registry.upload import Upload
    from barograph.registry.upload import upload as keep

    text = packaged(file, function)
    name = name or parse_spec(text, str(file)).pipeline.pipeline_info.name
    given = Upload(name, text, str(file), version, description, parse_tags(tags))
    kept = send(given, url, token) if url else keep(_pipelines(), given)
    if given.tags and not kept.version.tags:
        click.echo(f"note: {url} keeps no tags; Kubeflow Pipelines does since 2.17", err=True)
    if as_json:
        click.echo(json.dumps({"pipeline": name} | _version_json(kept.version) | {"is_new": kept.is_new}, indent=2))
    elif not kept.is_new:
        click.echo(f"{name}:{kept.version.name} is there already, with the same text")
    else:
        like = f", with the same text as {name}:{kept.same.name}" if kept.same else ""
        click.echo(f"uploaded {name}:{kept.version.name}{like}")


@command.command("list")
@_limit
@_json
def list_(limit: int, as_json: bool) -> None:
    """List pipelines, newest first."""
    from barograph.store.listing import Query

    pipelines = _pipelines()
    found = pipelines.page(Query(descending=True, limit=limit)).items
    newest = [pipelines.version_page(each.id, Query(descending=True, limit=1)) for each in found]
    if as_json:
        click.echo(
            json.dumps(
                [_pipeline_json(each) | {"versions": page.total} for each, page in zip(found, newest, strict=True)],
                indent=2,
            )
        )
        return
    if not found:
        click.echo("No pipelines yet. Keep one with `barograph pipeline upload FILE`.")
        return
    _print_table(
        ("name", "versions", "newest", "created", "tags"),
        (
            (each.name, str(page.total), page.items[0].name if page.items else "", _time(each), _words(each.tags))
            for each, page in zip(found, newest, strict=True)
        ),
    )


@command.command("versions")
@click.argument("name")
@_limit
@_json
def versions(name: str, limit: int, as_json: bool) -> None:
    """List the versions of the pipeline NAME, newest first."""
    from barograph.cli.formats import short
    from barograph.store.listing import Query

    pipelines = _pipelines()
    found = pipelines.version_page(pipelines.named(name).id, Query(descending=True, limit=limit)).items
    if as_json:
        click.echo(json.dumps([_version_json(each) for each in found], indent=2))
        return
    _print_table(
        ("version", "digest", "created", "tags"),
        ((each.name, short(each.digest), _time(each), _words(each.tags)) for each in found),
    )


@command.command("show")
@click.argument("pipeline", metavar="NAME[:VERSION]")
@_json
def show(pipeline: str, as_json: bool) -> None:
    """Show a version of a pipeline, by default the newest: what it is called, and which parameters it takes."""
    from barograph.ir import build, parse_spec
    from barograph.ir.structs import to_struct
    from barograph.registry.reference import find_version

    found, version = find_version(_pipelines(), pipeline)
    if as_json:
        spec = {"pipeline_spec": to_struct(version.spec)}
        click.echo(json.dumps({"pipeline": found.name} | _version_json(version) | spec, indent=2))
        return
    lines = {
        "pipeline": found.name,
        "version": version.name,
        "digest": version.digest,
        "created": _time(version),
        "tags": _words(version.tags),
        "description": version.description or found.description,
        "source": version.code_source_url,
        "fetched from": version.package_url,
    }
    for key, value in lines.items():
        if value:
            click.echo(f"{key + ':':14}{value}")
    parameters = build(parse_spec(version.spec)).root.input_parameters
    if parameters:
        click.echo()
        _print_table(
            ("parameter", "type", "default", ""),
            ((name, each.type.value, _default(each), each.description) for name, each in parameters.items()),
        )


@command.command("tag")
@click.argument("pipeline", metavar="NAME[:VERSION]")
@click.argument("tags", nargs=-1, metavar="KEY[=VALUE]...")
@click.option("--remove", "removed", multiple=True, metavar="KEY", help="A tag to take from it.")
@_json
def tag(pipeline: str, tags: tuple[str, ...], removed: tuple[str, ...], as_json: bool) -> None:
    """Give a version tags, by default the newest. A tag without a value is taken from the other versions."""
    from barograph.registry.reference import find_version
    from barograph.registry.tags import check_tags, parse_tags

    pipelines, given = _pipelines(), parse_tags(tags)
    found, version = find_version(pipelines, pipeline)
    check_tags({key: value for key, value in {**version.tags, **given}.items() if key not in removed})
    version = pipelines.tag(version, given, removed)
    if as_json:
        click.echo(json.dumps({"pipeline": found.name} | _version_json(version), indent=2))
    else:
        click.echo(f"{found.name}:{version.name} has the tags: {_words(version.tags) or 'none'}")


@command.command("delete")
@click.argument("pipeline", metavar="NAME[:VERSION]")
@click.option("--yes", is_flag=True, help="Don't ask.")
def delete(pipeline: str, yes: bool) -> None:
    """Remove a version, or a pipeline with all its versions. Runs that were started from it stay."""
    from barograph.registry.reference import find_pipeline
    from barograph.store.listing import Query

    pipelines = _pipelines()
    found, reference = find_pipeline(pipelines, pipeline)
    if reference:
        version = pipelines.referred(found.id, reference)
        what = f"the version {found.name}:{version.name}"
    else:
        what = f"the pipeline {found.name} and its versions ({pipelines.version_page(found.id, Query(limit=1)).total})"
    if not yes:
        click.confirm(f"Remove {what}?", abort=True)
    if reference:
        pipelines.delete_version(found.id, version.id)
    else:
        pipelines.delete(found.id, cascade=True)
    click.echo(f"removed {what}")


def _pipelines() -> "Pipelines":
    from barograph.cli.record import open_record
    from barograph.store.pipelines import Pipelines

    return Pipelines(open_record()[1].database)


def _pipeline_json(pipeline: "Pipeline") -> dict[str, Any]:
    keys = ("id", "name", "display_name", "description", "tags")
    return {key: getattr(pipeline, key) for key in keys} | {"created_at": pipeline.created_at.isoformat()}


def _version_json(version: "PipelineVersion") -> dict[str, Any]:
    keys = ("pipeline_id", "id", "name", "display_name", "description", "digest", "tags")
    return {key: getattr(version, key) for key in keys} | {"created_at": version.created_at.isoformat()}


def _default(parameter: "ParameterSpec") -> str:
    from barograph.ir.graph import Missing
    from barograph.ir.values import text

    return "" if isinstance(parameter.default, Missing) else text(parameter.default)


def _words(tags: "Mapping[str, str]") -> str:
    return ", ".join(f"{key}={value}" if value else key for key, value in sorted(tags.items()))


def _time(made: "Pipeline | PipelineVersion") -> str:
    return made.created_at.astimezone().strftime("%Y-%m-%d %H:%M")


def _print_table(headings: tuple[str, ...], rows: "Iterable[tuple[str, ...]]") -> None:
    from rich.text import Text

    from barograph.cli.terminal import console, plain_table

    table = plain_table()
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console().print(table)
