"""Small pipelines that the tests in a browser run, beside those of the server's tests."""

from kfp import dsl
from kfp.dsl import HTML, Dataset, Input, Markdown, Output

from tests.conftest import component


@component
def publish(html: str, text: str, report: Output[HTML], notes: Output[Markdown]) -> None:
    with open(report.path, "w") as file:
        file.write(html)
    with open(notes.path, "w") as file:
        file.write(text)


@component
def stumble(until: int, count: str) -> None:
    from pathlib import Path

    file = Path(count)
    attempt = int(file.read_text()) + 1 if file.exists() else 1
    file.write_text(str(attempt))
    print(f"attempt {attempt} prints this")
    if attempt < until:
        raise ValueError(f"attempt {attempt} is refused")


@component
def note(text: str, notes: Output[Dataset]) -> None:
    with open(notes.path, "w") as file:
        file.write(text)


@component
def read(notes: Input[Dataset], most: int) -> str:
    with open(notes.path) as file:
        return file.read()[:most]


@dsl.pipeline(name="publishing")
def publishing(html: str, text: str) -> None:
    """Makes a report and notes of what it is given."""
    publish(html=html, text=text)


@dsl.pipeline(name="stumbling")
def stumbling(count: str, until: int = 3) -> None:
    """Succeeds at the last attempt that it has."""
    stumble(until=until, count=count).set_retry(num_retries=2)


@dsl.pipeline(name="reading")
def reading(text: str, most: int = 4) -> None:
    """Two tasks, one behind the other."""
    read(notes=note(text=text).outputs["notes"], most=most)
