"""``pipeline``: compile, upload and run the weather pipelines, and make sample photos for them."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from barograph.cli.submit_options import Asked, submit_options
from weather.image_commands import images

PIPELINES = ("weather", "search")

_which = click.option(
    "--pipeline",
    "which",
    type=click.Choice(PIPELINES),
    default=PIPELINES[0],
    show_default=True,
    help="weather trains a model; search tries many trainings, and evaluates the best.",
)
_file = click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    help="Compiled file.  [default: build/PIPELINE.yaml]",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Train models that recognise weather conditions in photos."""


cli.add_command(images)


@cli.command("compile")
@_which
@_file
@click.option(
    "--variant",
    type=click.Choice(("cpu", "cuda")),
    default="cpu",
    show_default=True,
    help="Which images train_model and eval_model run in.",
)
def compile_(which: str, output: Path | None, variant: str) -> None:
    """Compile a pipeline to a YAML file that Barograph, Kubeflow Pipelines and Vertex AI run."""
    click.echo(compile_to(which, output, variant))


@cli.command()
@_which
@_file
@click.option("--tag", "tags", multiple=True, help="A further tag, besides the version and `latest`.")
@click.option("--to", "url", metavar="URL", help="A Barograph or Kubeflow server, instead of the repository.")
@click.option(
    "--token",
    help="Bearer token, for anything that is not Google's.  [default: KFP_REPOSITORY_TOKEN, or BAROGRAPH_TOKEN]",
)
def upload(which: str, output: Path | None, tags: tuple[str, ...], url: str | None, token: str | None) -> None:
    """Compile a pipeline and upload it to the repository that KFP_REPOSITORY names, or to a server."""
    from weather.registry import upload_pipeline, upload_version

    # One server's token is never sent to another.
    token = token or os.environ.get("BAROGRAPH_TOKEN" if url else "KFP_REPOSITORY_TOKEN")
    file = compile_to(which, output)
    package, version = upload_version(file, url, tags, token) if url else upload_pipeline(file, tags, token)
    click.echo(f"uploaded {package} {version}")


@cli.command()
@_which
@_file
@click.option("-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A pipeline's parameter.")
@click.option("--experiment", default="Default", show_default=True, help="The experiment that the run belongs to.")
@click.option("--name", default="", help="The run's name.  [default: the pipeline's name and the time]")
@click.option("--no-cache", is_flag=True, help="Run every task, even where an earlier result would do.")
@click.option("--json", "as_json", is_flag=True, help="Print every change as a JSON object on a line of its own.")
def run(
    which: str,
    output: Path | None,
    parameters: tuple[str, ...],
    experiment: str,
    name: str,
    no_cache: bool,
    as_json: bool,
) -> None:
    """Compile a pipeline and run it on this machine.

    Folders and files given as data_uri, weights, destination or baseline_uri may be relative to the current one.
    """
    from barograph.cli.options import parse_assignments
    from barograph.cli.run import run_file
    from barograph.engine.request import Options

    texts = {key: absolute(key, value) for key, value in parse_assignments(parameters).items()}
    options = Options(experiment=experiment, name=name, cache=not no_cache)
    sys.exit(run_file(compile_to(which, output), texts, options, as_json=as_json))


@cli.command()
@_which
@_file
@click.option(
    "--tag", help="Take the pipeline with this tag from the repository that KFP_REPOSITORY names; compile none."
)
@submit_options
def submit(which: str, output: Path | None, tag: str | None, asked: Asked) -> None:
    """Have a pipeline run by Kubeflow Pipelines, Vertex AI Pipelines or a Barograph server.

    Without --tag it is compiled first. An accelerator, cores or memory without a task are for train_model, an
    accelerator for eval_model too. Artifacts go to STAGING_BUCKET unless --pipeline-root says otherwise.

    Exit codes: 0 it was submitted, or succeeded where --wait is given; 1 it failed or was canceled; 2 a parameter or
    an option is wrong, or the engine refuses.
    """
    from barograph.cli.submitting import cancel, send
    from weather.submission import check_images, fetched, for_engine

    if asked.cancel:
        sys.exit(cancel(asked))
    asked = for_engine(asked)
    if tag:
        text, source = fetched(which, tag)
    else:
        file = compile_to(which, output, "cuda" if asked.accelerators else "cpu")
        text, source = file.read_text(encoding="utf-8"), str(file)
    check_images(asked, text)
    training = ("train-model",)
    tasks = {"accelerators": (*training, "eval-model"), "cpus": training, "memories": training}
    sys.exit(send(asked, text, source, tasks))


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


def compile_to(which: str, file: Path | None, variant: str = "cpu") -> Path:
    """Compile a pipeline into ``file``, or where it goes by default, with the images of ``variant``; gives the file."""
    from kfp import compiler

    from weather.images import CPU, with_variant
    from weather.pipeline import weather
    from weather.search import weather_search

    file = file or Path("build") / f"{which}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    compiler.Compiler().compile({"weather": weather, "search": weather_search}[which], str(file))
    if variant != CPU:
        file.write_text(with_variant(file.read_text(encoding="utf-8"), variant), encoding="utf-8")
    return file


WORDS = {
    "data_uri": set(),
    "weights": {"imagenet", "none"},
    "destination": {""},
    "baseline_uri": {"", "none"},
}
"""The parameters that name a file or a folder, and what else they may say."""


def absolute(parameter: str, value: str) -> str:
    """A parameter's value, with a local folder or file made absolute: tasks run in folders of their own."""
    return str(Path(value).expanduser().resolve()) if is_local(parameter, value) else value


def is_local(parameter: str, value: str) -> bool:
    """Whether a parameter's value is the path of a folder or file on this machine."""
    return value not in WORDS.get(parameter, {value}) and "://" not in value


def main(args: list[str] | None = None) -> Any:
    """The console script. Exit codes: 0 well, 1 a run or the upload failed, 2 wrong usage or input."""
    from barograph.cli import reporting_errors

    with reporting_errors():
        return cli.main(args, prog_name="pipeline")
