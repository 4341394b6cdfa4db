"""``ExperimentService`` (``backend/api/v2beta1/experiment.proto``)."""

from typing import Literal

from barograph.errors import RequestError, StateError
from barograph.server.backend import Backend, Context
from barograph.server.kfp.lists import Field, Options, next_token, query_of, read_time
from barograph.server.wire import Empty, Message, Router, Time
from barograph.store import records

router = Router(prefix="/apis/v2beta1/experiments", tags=["ExperimentService"])

StorageState = Literal["STORAGE_STATE_UNSPECIFIED", "AVAILABLE", "ARCHIVED"]


class Experiment(Message):
    """``Experiment``; there is one namespace, without a name."""

    experiment_id: str = ""
    display_name: str = ""
    description: str = ""
    created_at: Time | None = None
    namespace: str = ""
    storage_state: StorageState = "STORAGE_STATE_UNSPECIFIED"
    last_run_created_at: Time | None = None


class ListExperimentsResponse(Message):
    experiments: list[Experiment] = []
    total_size: int = 0
    next_page_token: str = ""


def read_storage_state(value: str) -> bool:
    """Whether a storage state is ARCHIVED."""
    if value not in ("AVAILABLE", "ARCHIVED"):
        raise ValueError(f"a storage state is AVAILABLE or ARCHIVED, not {value!r}")
    return value == "ARCHIVED"


_FIELDS = {
    "id": Field("id"),
    "experiment_id": Field("id"),
    "name": Field("name"),
    "display_name": Field("name"),
    "description": Field("description"),
    "created_at": Field("created_at", read_time),
    "last_run_created_at": Field("last_run_created_at", read_time),
    "storage_state": Field("archived", read_storage_state),
}


def experiment_for(backend: Backend, id_: str) -> records.Experiment:
    """The experiment that a new run or recurring run is to belong to; the default one where none is named.

    Raises:
        NotFoundError: there is none with this id.
        StateError: it is archived.
    """
    experiment = backend.experiments.get(id_) if id_ else backend.experiments.default()
    if experiment.archived:
        raise StateError(f"the experiment {experiment.name!r} is archived: unarchive it first, or choose another")
    return experiment


def _message(experiment: records.Experiment) -> Experiment:
    return Experiment(
        experiment_id=experiment.id,
        display_name=experiment.name,
        description=experiment.description,
        created_at=experiment.created_at,
        storage_state="ARCHIVED" if experiment.archived else "AVAILABLE",
        last_run_created_at=experiment.last_run_created_at,
    )


@router.post("")
def create_experiment(backend: Context, experiment: Experiment) -> Experiment:
    """Make an experiment; its name must be new."""
    if not experiment.display_name:
        raise RequestError("an experiment needs a display_name")
    return _message(backend.experiments.add(experiment.display_name, experiment.description))


@router.get("")
def list_experiments(backend: Context, options: Options, namespace: str = "") -> ListExperimentsResponse:
    """The experiments, a page at a time."""
    backend.experiments.default()
    page = backend.experiments.page(query_of(options, _FIELDS))
    return ListExperimentsResponse(
        experiments=[_message(each) for each in page.items],
        total_size=page.total,
        next_page_token=next_token(options, page),
    )


@router.get("/{experiment_id}")
def get_experiment(backend: Context, experiment_id: str) -> Experiment:
    """One experiment."""
    return _message(backend.experiments.get(experiment_id))


@router.post("/{experiment_id}:archive")
def archive_experiment(backend: Context, experiment_id: str) -> Empty:
    """Put an experiment aside, with its runs; its recurring runs are disabled."""
    backend.experiments.archive(experiment_id)
    return Empty()


@router.post("/{experiment_id}:unarchive")
def unarchive_experiment(backend: Context, experiment_id: str) -> Empty:
    """Take an experiment back; its runs stay archived."""
    backend.experiments.unarchive(experiment_id)
    return Empty()


@router.delete("/{experiment_id}")
def delete_experiment(backend: Context, experiment_id: str) -> Empty:
    """Remove an experiment; its runs stay, in the default one."""
    backend.experiments.delete(experiment_id)
    return Empty()
