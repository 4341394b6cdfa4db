"""``barograph run``."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from barograph.artifacts.uri import check_root
from barograph.cli.options import age, parse_assignments
from barograph.engine.capacity import DEFAULT_PARALLELISM
from barograph.engine.request import Options
from barograph.engine.runtime import StatusWords

if TYPE_CHECKING:
    from barograph.store.records import PipelineVersion


@click.command("run")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A pipeline's parameter.")
@click.option("-a", "--artifact", "artifacts", multiple=True, metavar="NAME=URI", help="An artifact it takes.")
@click.option("--experiment", default="Default", show_default=True, help="The experiment that the run belongs to.")
@click.option("--name", default="", help="The run's name.  [default: the pipeline's name and the time]")
@click.option("--no-cache", is_flag=True, help="Run every task, even where an earlier result would do.")
@click.option("--no-cache-task", "uncached", multiple=True, metavar="PATH", help="Run this task in any case.")
@click.option("--cache-max-age", "max_age", type=age, metavar="AGE", help="Take no result older than 12h, 7d, ...")
@click.option("--pipeline-root", default="", metavar="URI", help="Where its artifacts go: a folder, gs://..., s3://...")
@click.option("--parallelism", type=click.IntRange(1), default=DEFAULT_PARALLELISM, help="Tasks at a time.")
@click.option("--executor", default="process", show_default=True, help="What runs the commands: process, docker, ...")
@click.option(
    "--docker-folder", "docker_folders", multiple=True, metavar="PATH", help="A folder that tasks see, read only."
)
@click.option("--docker-network", metavar="NAME", help="The network of the tasks' containers.")
@click.option("--docker-pull", type=click.Choice(("missing", "always", "never")), help="When images are pulled.")
@click.option("--docker-user", metavar="UID:GID", help="Whom containers run as; `image` for the image's own user.")
@click.option(
    "--secrets",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What secrets and config maps hold.  [default: secrets.toml in the home]",
)
@click.option(
    "--final-status",
    type=click.Choice([words.value for words in StatusWords]),
    default=StatusWords.KUBEFLOW.value,
    show_default=True,
    help="Whose words a task's final status uses.",
)
@click.option("--function", help="Which pipeline, where a Python file defines several.")
@click.option("--json", "as_json", is_flag=True, help="Print every change as a JSON object on a line of its own.")
def command(
    file: Path,
    parameters: tuple[str, ...],
    artifacts: tuple[str, ...],
    experiment: str,
    name: str,
    no_cache: bool,
    uncached: tuple[str, ...],
    max_age: timedelta | None,
    pipeline_root: str,
    parallelism: int,
    executor: str,
    docker_folders: tuple[str, ...],
    docker_network: str | None,
    docker_pull: str | None,
    docker_user: str | None,
    secrets: Path | None,
    final_status: str,
    function: str | None,
    as_json: bool,
) -> None:
    """Run FILE, a compiled pipeline (YAML or JSON) or a Python file that defines one.

    FILE may also be a pipeline of the registry: NAME for its newest version, or NAME:VERSION or NAME:TAG.

    Exit codes: 0 it succeeded, 1 it failed or was canceled, 2 FILE or a parameter is wrong.
    """
    folders = [str(Path(folder).absolute()) for folder in docker_folders]
    docker = {"network": docker_network, "pull": docker_pull, "user": docker_user, "folders": folders or None}
    given = {key: value for key, value in docker.items() if value is not None}
    if given and executor != "docker":
        option = f"--docker-{next(iter(given)).removesuffix('s')}"
        raise click.UsageError(f"{option} means nothing without --executor docker")
    options = Options(
        experiment=experiment,
        name=name,
        cache=not no_cache,
        uncached=frozenset(uncached),
        max_age=max_age,
        parallelism=parallelism,
        artifacts=parse_assignments(artifacts, "-a"),
        executor=executor,
        docker=given,
        final_status=StatusWords(final_status),
        secrets=secrets and secrets.absolute(),
        pipeline_root=pipeline_root and check_root(pipeline_root),
    )
    sys.exit(run_file(file, parse_assignments(parameters), options, function, as_json))


def run_file(
    file: Path,
    texts: dict[str, str],
    options: Options | None = None,
    function: str | None = None,
    as_json: bool = False,
) -> int:
    """Run a pipeline, tell the terminal about it, and give the exit code.

    Args:
        file: a pipeline's file, or the registry's name for one.
        texts: values of its parameters, as they were written.
        options: how.
        function: which pipeline, where a Python file defines several.
        as_json: whether programs listen.

    Raises:
        BarographError: it could not be started; nothing was recorded.
    """
    from barograph.cli.compiling import is_reference, load
    from barograph.cli.record import open_record
    from barograph.cli.running import follow
    from barograph.engine.inputs import parse_parameters
    from barograph.engine.submission import check_uncached
    from barograph.ir import build, parse_spec

    version = registered(str(file)) if is_reference(file) else None
    spec = parse_spec(version.spec, str(file)) if version else load(file, function)
    pipeline = build(spec)
    values = parse_parameters(pipeline.root, texts)
    options = options or Options()
    check_uncached(pipeline, options)
    config, store = open_record()
    return follow(pipeline, spec.text, values, options, config, store, as_json, version=version)


def registered(reference: str) -> "PipelineVersion":
    """The version of the registry that is meant.

    Raises:
        NotFoundError: there is none.
    """
    from barograph.cli.record import open_record
    from barograph.errors import NotFoundError
    from barograph.registry.reference import find_pipeline, find_version
    from barograph.store.pipelines import Pipelines

    pipelines = Pipelines(open_record()[1].database)
    try:
        find_pipeline(pipelines, reference)
    except NotFoundError:
        raise NotFoundError(
            f"{reference}: there is neither a file nor a pipeline of that name; `barograph pipeline list` lists these"
        ) from None
    return find_version(pipelines, reference)[1]
