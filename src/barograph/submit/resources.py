"""What a task's machine has: cores, memory and accelerators, written into a compiled pipeline. Pure.

Both the numbers and the texts of a container's ``ResourceSpec`` are written, as the SDK's compiler does
(``build_container_spec_for_task``): older servers read the numbers, newer ones the texts.
"""

import re
from dataclasses import dataclass
from typing import Any

from barograph.errors import ConfigurationError
from barograph.submit.document import Document, executor_of, own_components, with_executor

_CPU = re.compile(r"(\d*\.)?\d+m?")
_MEMORY = re.compile(r"(\d+)(E|Ei|P|Pi|T|Ti|G|Gi|M|Mi|K|Ki)?")
_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_DECIMAL: dict[str, int] = {unit: 1000**power for power, unit in enumerate("KMGTPE", 1)}
_BINARY: dict[str, int] = {f"{unit}i": 1024**power for power, unit in enumerate("KMGTPE", 1)}
_UNITS: dict[str, int] = {"": 1, **_DECIMAL, **_BINARY}


@dataclass(frozen=True)
class Accelerator:
    """A GPU or TPU.

    Attributes:
        type: as the engine calls it: ``NVIDIA_L4`` on Vertex AI, ``nvidia.com/gpu`` on Kubernetes.
        count: how many.
    """

    type: str
    count: int = 1


@dataclass(frozen=True)
class Resources:
    """What a task is to have; what is not said stays as it was compiled.

    Attributes:
        cpu: cores, such as ``4`` or ``500m``.
        memory: such as ``8G`` or ``512Mi``.
        accelerator: None leaves it as it was compiled.
    """

    cpu: str = ""
    memory: str = ""
    accelerator: Accelerator | None = None


def parse_accelerator(written: str) -> Accelerator:
    """An accelerator, from ``TYPE`` or ``TYPE:COUNT``.

    Raises:
        ConfigurationError: it is not of that form.
    """
    type_, colon, count = written.partition(":")
    if not _TYPE.fullmatch(type_) or (colon and not re.fullmatch(r"[1-9]\d{0,2}", count)):
        raise ConfigurationError(f"{written!r} is no accelerator such as NVIDIA_L4 or NVIDIA_TESLA_T4:2")
    return Accelerator(type_, int(count) if colon else 1)


def check_cpu(written: str) -> str:
    """``written``, if it is a number of cores.

    Raises:
        ConfigurationError: it is not.
    """
    if not _CPU.fullmatch(written):
        raise ConfigurationError(f"{written!r} is no number of cores such as 4, 0.5 or 500m")
    return written


def check_memory(written: str) -> str:
    """``written``, if it is an amount of memory.

    Raises:
        ConfigurationError: it is not.
    """
    if not _MEMORY.fullmatch(written):
        raise ConfigurationError(f"{written!r} is no amount of memory such as 8G, 512M or 16Gi")
    return written


def with_resources(document: Document, task: str, asked: Resources) -> Document:
    """The pipeline in which the tasks of this name have what is asked for.

    Raises:
        PipelineError: no such task runs a container; the message names those that do.
    """
    document, components = own_components(document, task)
    for component in components:
        executor = executor_of(document, component)
        container = dict(executor["container"])
        container["resources"] = {**container.get("resources", {}), **_written(asked)}
        document = with_executor(document, component, {**executor, "container": container})
    return document


def _written(asked: Resources) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if asked.cpu:
        written |= {"cpuLimit": _cores(asked.cpu), "resourceCpuLimit": asked.cpu}
    if asked.memory:
        written |= {"memoryLimit": _gigabytes(asked.memory), "resourceMemoryLimit": asked.memory}
    if accelerator := asked.accelerator:
        count = str(accelerator.count)  # an int64: text in the JSON of a message
        written["accelerator"] = {
            "type": accelerator.type,
            "count": count,
            "resourceType": accelerator.type,
            "resourceCount": count,
        }
    return written


def _cores(cpu: str) -> float:
    return float(cpu[:-1]) / 1000 if cpu.endswith("m") else float(cpu)


def _gigabytes(memory: str) -> float:
    found = _MEMORY.fullmatch(memory)
    assert found is not None
    return float(found[1]) * _UNITS[found[2] or ""] / _UNITS["G"]
