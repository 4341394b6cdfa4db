"""What was asked for the tasks' machines, written into the pipeline that is submitted."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from barograph.cli.submit_options import KUBEFLOW, VERTEX, Asked, flag

if TYPE_CHECKING:
    from barograph.submit.document import Document

Tasks = Mapping[str, tuple[str, ...]]
"""Which tasks get what is given without a task, by the option's name in ``Asked``."""


def with_machines(asked: Asked, document: "Document", tasks: Tasks) -> "Document":
    """The pipeline with what was asked for its tasks' machines.

    Args:
        asked: the options.
        document: the pipeline.
        tasks: which tasks get what is given without one.

    Raises:
        click.UsageError: it is not said for which task, or is in another engine's words.
        BarographError: there is no such task, or it can't have such a machine.
    """
    from barograph.submit.custom_job import MACHINES, CustomJob, with_custom_job
    from barograph.submit.resources import (
        Accelerator,
        Resources,
        check_cpu,
        check_memory,
        parse_accelerator,
        with_resources,
    )

    def by_task(name: str, read: Callable[[str], Any]) -> dict[str, Any]:
        return _by_task(flag(name), getattr(asked, name), read, tasks.get(name, ()))

    accelerators: dict[str, Accelerator] = by_task("accelerators", parse_accelerator)
    cpus, memories = by_task("cpus", check_cpu), by_task("memories", check_memory)
    for accelerator in accelerators.values():
        _check_type(asked.on, accelerator.type)
    job = _spelt(asked.custom_job)
    if job and (job in cpus or job in memories):
        raise click.UsageError(f"the custom job {job!r} has what --machine-type says; give it no --cpu and no --memory")
    for task in dict.fromkeys((*accelerators, *cpus, *memories)):
        if task != job:
            document = with_resources(
                document, task, Resources(cpus.get(task, ""), memories.get(task, ""), accelerators.get(task))
            )
    if job:
        own = accelerators.get(job)
        if own and own.type in MACHINES and not asked.machine_type:
            raise click.UsageError(
                f"{own.type} needs a machine of its own: give --machine-type, such as {MACHINES[own.type]}"
            )
        machine = CustomJob(
            asked.machine_type or CustomJob.machine_type,
            own,
            asked.spot,
            asked.service_account,
            asked.network,
        )
        document = with_custom_job(document, job, machine)
    return document


def _by_task(
    option: str, written: tuple[str, ...], read: Callable[[str], Any], default_tasks: tuple[str, ...]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in written:
        task, equals, value = each.rpartition("=")
        if not equals and not default_tasks:
            raise click.UsageError(f"{option} {each} says not for which task: {option} TASK={each}")
        for name in (_spelt(task),) if equals else default_tasks:
            found[name] = read(value)
    return found


def _spelt(task: str) -> str:
    """A task's name in KFP's spelling: that of a function, such as ``train_model``, has underscores."""
    return task.replace("_", "-")


def _check_type(on: str, type_: str) -> None:
    """Vertex AI and Kubernetes call the same thing by different names, and refuse each other's late or never."""
    if on == VERTEX and type_.startswith("nvidia.com/"):
        raise click.UsageError(f"{type_!r} is Kubernetes' word; Vertex AI has NVIDIA_L4, NVIDIA_TESLA_T4, ...")
    if on == KUBEFLOW and "/" not in type_:
        raise click.UsageError(f"{type_!r} is Vertex AI's word; Kubernetes has nvidia.com/gpu, amd.com/gpu, ...")
