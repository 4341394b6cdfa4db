"""What a task can ask about the run it is in: names, ids, times, how another task ended. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from barograph.ir.values import Value
from barograph.states import State
from barograph.store import Run, Task


class StatusWords(StrEnum):
    """Whose words a ``PipelineTaskFinalStatus`` uses for its state: KUBEFLOW says COMPLETE where VERTEX says
    SUCCEEDED."""

    KUBEFLOW = "kubeflow"
    VERTEX = "vertex"


def resource_name(run: Run) -> str:
    """The run's name as a resource: what KFP calls a workflow's name."""
    return f"{run.pipeline.lower().replace(' ', '-')}-{run.id[:8]}"


def facts(run: Run, workspace: Path, task: str = "", task_id: str = "") -> Mapping[str, str]:
    """The values of the placeholders that stand for facts about the run and the task."""
    return {
        "pipeline_job_name": run.name,
        "pipeline_job_resource_name": resource_name(run),
        "pipeline_job_uuid": run.id,
        "pipeline_task_name": task,
        "pipeline_task_uuid": task_id,
        "pipeline_job_create_time_utc": _utc(run.created_at),
        "pipeline_job_schedule_time_utc": _utc(run.created_at),
        "pipeline_root": run.pipeline_root,
        "workspace_path": str(workspace),
    }


def final_status(run: Run, name: str, task: Task, words: StatusWords) -> Value:
    """How a task ended, as a component with ``dsl.PipelineTaskFinalStatus`` takes it
    (``PipelineTaskFinalStatus`` in ``pipeline_spec.proto``; states as in ``backend/src/v2/driver/resolve.go``)."""
    state = task.state.value
    if task.state is State.SUCCEEDED and words is StatusWords.KUBEFLOW:
        state = "COMPLETE"
    return {
        "state": state,
        "pipelineTaskName": name,
        "pipelineJobUuid": run.id,
        "pipelineJobName": run.name,
        "pipelineJobResourceName": resource_name(run),
        "error": {"code": task.exit_code or 1, "message": task.error} if task.error else {},
    }


def _utc(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
