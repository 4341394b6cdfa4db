"""Compiling a Python file in a process of its own, so that running a pipeline never imports the user's code."""

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

from barograph.errors import PipelineError
from barograph.ir.spec import Spec, read_spec

_FILES = (".py", ".yaml", ".yml", ".json", ".zip", ".tar.gz")


def is_reference(path: Path) -> bool:
    """Whether there is no such file, and a pipeline of the registry may be meant: ``NAME`` or ``NAME:VERSION``."""
    return len(path.parts) == 1 and not path.name.endswith(_FILES) and not path.is_file()


def load(path: Path, function: str | None) -> Spec:
    """The compiled pipeline in ``path``, or that which the Python file ``path`` defines.

    Args:
        path: a YAML or JSON file, or a Python file.
        function: which pipeline, where a Python file defines several.

    Raises:
        PipelineError: it is no pipeline, or does not compile; the message ends in the compiler's own words.
    """
    if path.suffix != ".py":
        return read_spec(path)
    if not path.is_file():
        raise PipelineError(f"{path}: there is no such file")
    if importlib.util.find_spec("kfp.compiler") is None:
        raise PipelineError(f"{path}: compiling needs the KFP SDK: pip install 'barograph[sdk]'")
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "pipeline.yaml"
        # `kfp dsl compile`, without the two seconds in which the whole `kfp` command imports what it needs not.
        compiler = [sys.executable, "-c", "from kfp.cli.compile_ import compile_; compile_()"]
        arguments = ["--py", str(path.resolve()), "--output", str(output)]
        if function:
            arguments += ["--function", function]
        ended = subprocess.run([*compiler, *arguments], capture_output=True, text=True)
        if ended.returncode or not output.is_file():
            raise PipelineError(f"{path} does not compile:\n{own_words(ended.stderr or ended.stdout)}")
        return read_spec(output)


def packaged(path: Path, function: str | None) -> str:
    """The text of the compiled pipeline that ``path`` is, or defines (a Python file), or holds (a zip or tar.gz).

    Raises:
        PipelineError: there is no such file, or no compiled pipeline in it.
    """
    from barograph.ir.package import read_package

    if path.suffix == ".py":
        return load(path, function).text
    try:
        return read_package(path.read_bytes(), str(path))
    except FileNotFoundError:
        raise PipelineError(f"{path}: there is no such file") from None
    except OSError as error:
        raise PipelineError(f"{path}: can't be read: {error.strerror or error}") from error


def own_words(output: str) -> str:
    """A compiler's output without the part of its traceback that is in the compiler, above the user's file."""
    lines = output.strip().splitlines()
    inside = [number for number, line in enumerate(lines) if "compile_.py" in line]
    if inside:
        lines = lines[inside[-1] + 1 :]
        while lines and lines[0].startswith("    "):
            lines.pop(0)
    return "\n".join(lines)
