"""``RecurringRunService`` (``backend/api/v2beta1/recurring_run.proto``)."""

from typing import Any, Literal

from pydantic import Field as WireField

from barograph.engine.request import Options as RunOptions
from barograph.errors import RequestError
from barograph.ir.structs import to_struct
from barograph.schedule.recurring import What, new_recurring_run
from barograph.schedule.trigger import read
from barograph.server.backend import Backend, Context
from barograph.server.kfp.experiments import experiment_for
from barograph.server.kfp.lists import Field, Options, next_token, query_of, read_time
from barograph.server.kfp.sources import PipelineVersionReference, RuntimeConfig, find_source
from barograph.server.kfp.states import UNKNOWN
from barograph.server.wire import Empty, Int64, Message, Router, Status, Time
from barograph.store import records
from barograph.store.store import now

router = Router(prefix="/apis/v2beta1/recurringruns", tags=["RecurringRunService"])


class CronSchedule(Message):
    """``CronSchedule``: six fields, seconds first. ``time_zone`` is ours: KFP's schedules are in UTC."""

    start_time: Time | None = None
    end_time: Time | None = None
    cron: str = ""
    time_zone: str = ""


class PeriodicSchedule(Message):
    """``PeriodicSchedule``."""

    start_time: Time | None = None
    end_time: Time | None = None
    interval_second: Int64 = 0


class Trigger(Message):
    """``Trigger``: one of the two."""

    cron_schedule: CronSchedule | None = None
    periodic_schedule: PeriodicSchedule | None = None


class RecurringRun(Message):
    """``RecurringRun``."""

    recurring_run_id: str = ""
    display_name: str = ""
    description: str = ""
    pipeline_version_id: str = ""
    pipeline_spec: dict[str, Any] = {}
    pipeline_version_reference: PipelineVersionReference | None = None
    runtime_config: RuntimeConfig | None = None
    service_account: str = ""
    max_concurrency: Int64 = 0
    trigger: Trigger | None = None
    mode: Literal["MODE_UNSPECIFIED", "ENABLE", "DISABLE"] = "MODE_UNSPECIFIED"
    created_at: Time | None = None
    updated_at: Time | None = None
    status: Literal["STATUS_UNSPECIFIED", "ENABLED", "DISABLED"] = "STATUS_UNSPECIFIED"
    error: Status | None = None
    no_catchup: bool = False
    namespace: str = ""
    experiment_id: str = ""
    plugins_input: dict[str, Any] = {}


class ListRecurringRunsResponse(Message):
    """Its list has a name in camelCase, alone of all of KFP's."""

    recurring_runs: list[RecurringRun] = WireField([], serialization_alias="recurringRuns")
    total_size: int = 0
    next_page_token: str = ""


def _read_status(value: Any) -> bool:
    if value not in ("ENABLED", "DISABLED"):
        raise ValueError(f"a status is ENABLED or DISABLED, not {value!r}")
    return bool(value == "ENABLED")


_FIELDS = {name: Field(name) for name in ("id", "name", "description", "experiment_id")} | {
    "created_at": Field("created_at", read_time),
    "updated_at": Field("updated_at", read_time),
    "recurring_run_id": Field("id"),
    "display_name": Field("name"),
    "pipeline_id": Field("pipeline_id"),
    "max_concurrency": Field("max_concurrency"),
    "status": Field("enabled", _read_status),
}


@router.post("")
def create_recurring_run(backend: Context, recurring_run: RecurringRun) -> RecurringRun:
    """Have a pipeline run again and again."""
    asked = recurring_run
    if not asked.display_name:
        raise RequestError("a recurring run needs a display_name")
    if asked.trigger is None:
        raise RequestError("a recurring run needs a trigger: a cron_schedule or a periodic_schedule")
    reference, version_id = asked.pipeline_version_reference, asked.pipeline_version_id
    source = find_source(backend.pipelines, asked.pipeline_spec or None, reference, version_id)
    # Where no version is named, it is the newest at each time.
    floats = bool(reference and not reference.pipeline_version_id)
    config = asked.runtime_config or RuntimeConfig()
    made = new_recurring_run(
        asked.display_name,
        read(asked.trigger.model_dump(mode="json", exclude_defaults=True)),
        What(source.pipeline_id, "" if floats else source.version_id, "" if source.pipeline_id else source.text),
        config.parameters,
        RunOptions(experiment_for(backend, asked.experiment_id).name, pipeline_root=config.checked_root()),
        backend.pipelines,
        description=asked.description,
        service_account=asked.service_account,
        max_concurrency=asked.max_concurrency,
        no_catchup=asked.no_catchup,
        enabled=asked.mode != "DISABLE",
    )
    backend.recurring_runs.add(made)
    return get_recurring_run(backend, made.id)


@router.get("")
def list_recurring_runs(
    backend: Context, options: Options, namespace: str = "", experiment_id: str = ""
) -> ListRecurringRunsResponse:
    """The recurring runs, a page at a time."""
    page = backend.recurring_runs.page(query_of(options, _FIELDS), experiment_id)
    return ListRecurringRunsResponse(
        recurring_runs=[_message(each) for each in page.items],
        total_size=page.total,
        next_page_token=next_token(options, page),
    )


@router.get("/{recurring_run_id}")
def get_recurring_run(backend: Context, recurring_run_id: str) -> RecurringRun:
    """One recurring run."""
    return _message(backend.recurring_runs.get(recurring_run_id))


@router.post("/{recurring_run_id}:enable")
def enable_recurring_run(backend: Context, recurring_run_id: str) -> Empty:
    """Let it start runs."""
    return _switch(backend, recurring_run_id, True)


@router.post("/{recurring_run_id}:disable")
def disable_recurring_run(backend: Context, recurring_run_id: str) -> Empty:
    """Let it start no more runs; those that it has started go on."""
    return _switch(backend, recurring_run_id, False)


@router.delete("/{recurring_run_id}")
def delete_recurring_run(backend: Context, recurring_run_id: str) -> Empty:
    """Remove it; the runs that it started stay."""
    backend.recurring_runs.delete(recurring_run_id)
    return Empty()


def _switch(backend: Backend, id_: str, enabled: bool) -> Empty:
    backend.recurring_runs.get(id_)
    backend.recurring_runs.update(id_, enabled=enabled, updated_at=now())
    return Empty()


def _message(recurring: records.RecurringRun) -> RecurringRun:
    reference = PipelineVersionReference(pipeline_id=recurring.pipeline_id, pipeline_version_id=recurring.version_id)
    return RecurringRun(
        recurring_run_id=recurring.id,
        display_name=recurring.name,
        description=recurring.description,
        pipeline_spec=to_struct(recurring.spec) if recurring.spec else {},
        pipeline_version_reference=reference if recurring.pipeline_id else None,
        runtime_config=RuntimeConfig(
            parameters=dict(recurring.parameters), pipeline_root=recurring.options.get("pipeline_root", "")
        ),
        service_account=recurring.service_account,
        max_concurrency=recurring.max_concurrency,
        trigger=Trigger.model_validate(recurring.trigger),
        mode="ENABLE" if recurring.enabled else "DISABLE",
        created_at=recurring.created_at,
        updated_at=recurring.updated_at,
        status="ENABLED" if recurring.enabled else "DISABLED",
        error=Status(code=UNKNOWN, message=recurring.error) if recurring.error else None,
        no_catchup=recurring.no_catchup,
        experiment_id=recurring.experiment_id,
    )
