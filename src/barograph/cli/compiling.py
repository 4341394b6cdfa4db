"""Compiling a Python file in a process of its own, so that running a pipeline never imports the user's code."""

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

from barograph.errors import PipelineError
from barograph.ir.spec import Spec, read_spec


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


def own_words(output: str) -> str:
    """A compiler's output without the part of its traceback that is in the compiler, above the user's file."""
    lines = output.strip().splitlines()
    inside = [number for number, line in enumerate(lines) if "compile_.py" in line]
    if inside:
        lines = lines[inside[-1] + 1 :]
        while lines and lines[0].startswith("    "):
            lines.pop(0)
    return "\n".join(lines)
