"""The pipeline of ``kill.py``: a chain, a loop of six, artifacts and a sub-pipeline.

Each task writes itself down in a journal as the last thing that it does.
"""

from typing import Any

from kfp import dsl
from kfp.dsl import Dataset, Input, Output


def work(journal: str, name: str, x: int, made: Output[Dataset]) -> int:
    import os
    import time
    from pathlib import Path

    print("working on", name, x, flush=True)
    with Path(made.path).open("w") as file:
        for part in range(4):
            file.write(f"{name} {x} {part} " * 4000)
            file.flush()
            time.sleep(0.03)
        file.write("end")
    # One write call, so that tasks at the same time do not mix their lines.
    descriptor = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, f"{name}:{x}\n".encode())
    os.close(descriptor)
    return x + 1


def check(journal: str, name: str, x: int, made: Input[Dataset]) -> int:
    import os
    from pathlib import Path

    assert Path(made.path).read_text().endswith("end"), "half an artifact"
    print("checked", made.path)
    descriptor = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, f"{name}:{x}\n".encode())
    os.close(descriptor)
    return x


_work: Any = dsl.component(work, base_image="python:3.11")
_check: Any = dsl.component(check, base_image="python:3.11")


def inner(journal: str, x: int) -> int:
    first = _work(journal=journal, name="inner-first", x=x)
    second = _check(journal=journal, name="inner-second", x=first.outputs["Output"], made=first.outputs["made"])
    return second.outputs["Output"]  # type: ignore[no-any-return]


_inner: Any = dsl.pipeline(inner)


def killed(journal: str) -> None:
    first = _work(journal=journal, name="first", x=0)
    second = _check(journal=journal, name="second", x=first.outputs["Output"], made=first.outputs["made"])
    with dsl.ParallelFor([10, 20, 30, 40, 50, 60]) as item:
        turn = _work(journal=journal, name="turn", x=item).after(first)
        _check(journal=journal, name="turn-check", x=item, made=turn.outputs["made"])
    sub = _inner(journal=journal, x=second.outputs["Output"])
    _work(journal=journal, name="last", x=sub.output)


pipeline: Any = dsl.pipeline(killed, name="killed")
