"""``pipeline``: compile, upload and run the weather pipeline, and make sample photos for it."""

import os
import sys
from pathlib import Path
from typing import Any

import click

DEFAULT_FILE = Path("build/weather.yaml")

_file = click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    default=DEFAULT_FILE,
    show_default=True,
    help="Compiled file.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Train a model that recognises weather conditions in photos."""


@cli.command("compile")
@_file
def compile_(output: Path) -> None:
    """Compile the pipeline to a YAML file that Barograph, Kubeflow Pipelines and Vertex AI run."""
    click.echo(compile_to(output))


@cli.command()
@_file
@click.option("--tag", "tags", multiple=True, help="A further tag, besides the version and `latest`.")
@click.option("--to", "url", metavar="URL", help="A Barograph or Kubeflow server, instead of the repository.")
@click.option(
    "--token",
    help="Bearer token, for anything that is not Google's.  [default: KFP_REPOSITORY_TOKEN, or BAROGRAPH_TOKEN]",
)
def upload(output: Path, tags: tuple[str, ...], url: str | None, token: str | None) -> None:
    """Compile the pipeline and upload it to the repository that KFP_REPOSITORY names, or to a server."""
    from weather.registry import upload_pipeline, upload_version

    # One server's token is never sent to another.
    token = token or os.environ.get("BAROGRAPH_TOKEN" if url else "KFP_REPOSITORY_TOKEN")
    file = compile_to(output)
    package, version = upload_version(file, url, tags, token) if url else upload_pipeline(file, tags, token)
    click.echo(f"uploaded {package} {version}")


@cli.command()
@_file
@click.option("-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A pipeline's parameter.")
@click.option("--experiment", default="Default", show_default=True, help="The experiment that the run belongs to.")
@click.option("--name", default="", help="The run's name.  [default: the pipeline's name and the time]")
@click.option("--no-cache", is_flag=True, help="Run every task, even where an earlier result would do.")
@click.option("--json", "as_json", is_flag=True, help="Print every change as a JSON object on a line of its own.")
def run(output: Path, parameters: tuple[str, ...], experiment: str, name: str, no_cache: bool, as_json: bool) -> None:
    """Compile the pipeline and run it on this machine.

    Folders given as data_uri or weights may be relative to the current one.
    """
    from barograph.cli.options import parse_assignments
    from barograph.cli.run import run_file
    from barograph.engine.request import Options

    texts = {key: absolute(key, value) for key, value in parse_assignments(parameters).items()}
    options = Options(experiment=experiment, name=name, cache=not no_cache)
    sys.exit(run_file(compile_to(output), texts, options, as_json=as_json))


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--seed", default=0, show_default=True, help="Another seed draws other scenes.")
@click.option("--photos", type=click.IntRange(55), default=440, show_default=True, help="How many in all.")
def sample(folder: Path, seed: int, photos: int) -> None:
    """Draw sample photos into FOLDER, for trying the pipeline with no data at hand."""
    from weather.sample import SampleError, write_sample

    try:
        write_sample(folder, seed=seed, photos=photos)
    except (SampleError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(folder)


def compile_to(file: Path) -> Path:
    """Compile the pipeline into ``file``; gives ``file``."""
    from kfp import compiler

    from weather.pipeline import weather

    file.parent.mkdir(parents=True, exist_ok=True)
    compiler.Compiler().compile(weather, str(file))
    return file


def absolute(parameter: str, value: str) -> str:
    """A parameter's value, with a local folder or file made absolute: tasks run in folders of their own."""
    is_path = parameter == "data_uri" or (parameter == "weights" and value not in ("imagenet", "none"))
    return str(Path(value).expanduser().resolve()) if is_path and "://" not in value else value


def main(args: list[str] | None = None) -> Any:
    """The console script. Exit codes: 0 well, 1 a run or the upload failed, 2 wrong usage or input."""
    from barograph.cli import reporting_errors

    with reporting_errors():
        return cli.main(args, prog_name="pipeline")
