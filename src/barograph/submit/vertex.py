"""Vertex AI Pipelines, through ``google-cloud-aiplatform``."""

import re
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from barograph.errors import BarographError, ConfigurationError, NotFoundError
from barograph.states import State
from barograph.submit.engine import SeenRun, SeenTask, Submitted
from barograph.submit.job import Job
from barograph.submit.quiet import quiet
from barograph.submit.vertex_refusals import refusal

_RUN_STATES = {
    "QUEUED": State.PENDING,
    "PENDING": State.PENDING,
    "RUNNING": State.RUNNING,
    "PAUSED": State.RUNNING,
    "SUCCEEDED": State.SUCCEEDED,
    "FAILED": State.FAILED,
    "CANCELLING": State.CANCELING,
    "CANCELLED": State.CANCELED,
}
_TASK_STATES = {
    **_RUN_STATES,
    "CANCEL_PENDING": State.CANCELING,
    "SKIPPED": State.CACHED,
    "NOT_TRIGGERED": State.SKIPPED,
}
"""``PipelineTaskDetail.State``: what Vertex AI calls skipped was taken from its cache."""

_EXPERIMENT = re.compile(r"[a-z0-9][a-z0-9-]{0,127}")
_CONSOLE = "https://console.cloud.google.com/vertex-ai/locations/{region}/pipelines/{what}/{id}?project={project}"


@dataclass(frozen=True)
class Place:
    """Where in Google Cloud runs go, and how they are asked for.

    Attributes:
        project: its id.
        region: such as ``europe-west1``.
        service_account: whom the tasks run as; empty for the project's default.
        network: the full name of the network that they are in; empty for none.
        labels: what is written on each run, for bills and filters.
        token: an access token; empty for the application default credentials.
        endpoint: where the API is served; empty for Google's own.
    """

    project: str
    region: str
    service_account: str = ""
    network: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    endpoint: str = ""


class Vertex:
    """Vertex AI Pipelines in one region of one project."""

    def __init__(self, place: Place) -> None:
        """It; nothing is asked yet."""
        self._place = place
        self._reached = False

    def submit(self, job: Job) -> Submitted:
        """Start a run, and add it to its experiment."""
        check(job)
        with self._asking() as aiplatform, _template(job) as file:
            _check_bucket(aiplatform, job.pipeline_root, self._place.project)
            experiment = aiplatform.Experiment.get_or_create(job.experiment) if job.experiment else None
            made = self._job(aiplatform, job, file)
            try:
                made.submit(self._place.service_account or None, self._place.network or None, experiment=experiment)
            except RuntimeError as error:
                if not made.gca_resource.name:
                    raise
                raise ConfigurationError(
                    f"the run started, but could not be added to the experiment {job.experiment!r}: "
                    f"{self._refusal(error)}\n{self._link('runs', made.resource_name)}"
                ) from error
            return Submitted(made.resource_name.rpartition("/")[2], self._link("runs", made.resource_name))

    def schedule(self, job: Job, cron: str) -> Submitted:
        """Make a schedule; Vertex AI reads its times in UTC."""
        check(job)
        if job.experiment:
            raise ConfigurationError("runs of a schedule can't be added to an experiment of Vertex AI")
        with self._asking() as aiplatform, _template(job) as file:
            _check_bucket(aiplatform, job.pipeline_root, self._place.project)
            made = self._job(aiplatform, job, file).create_schedule(
                cron,
                job.name,
                max_concurrent_run_count=1,
                service_account=self._place.service_account or None,
                network=self._place.network or None,
            )
            return Submitted(made.resource_name.rpartition("/")[2], self._link("schedules", made.resource_name))

    def look(self, run_id: str) -> SeenRun:
        """How a run stands now."""
        with self._asking() as aiplatform:
            return seen_run(aiplatform.PipelineJob.get(run_id).gca_resource)

    def cancel(self, run_id: str) -> None:
        """Ask for a run to be ended."""
        with self._asking() as aiplatform:
            aiplatform.PipelineJob.get(run_id).cancel()

    def _job(self, aiplatform: Any, job: Job, file: str) -> Any:
        return aiplatform.PipelineJob(
            display_name=job.name,
            template_path=file,
            job_id=job_id(job.document.name, datetime.now(UTC), secrets.token_hex(2)),
            pipeline_root=job.pipeline_root,
            parameter_values=dict(job.parameters),
            labels=dict(self._place.labels) or None,
        )

    def _link(self, what: str, name: str) -> str:
        return _CONSOLE.format(
            region=self._place.region, what=what, id=name.rpartition("/")[2], project=self._place.project
        )

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        with quiet():
            try:
                from google.cloud import aiplatform
            except ImportError as error:
                raise ConfigurationError(
                    "Vertex AI needs Google's client library: pip install 'barograph[vertex]'"
                ) from error
            try:
                credentials = self._credentials()
                self._init(aiplatform, credentials)
                self._reach()
                yield aiplatform
            except Exception as error:  # the library raises what its many libraries raise
                raise self._refusal(error) from error

    def _refusal(self, error: Exception) -> BarographError:
        return refusal(error, self._place.project, self._place.region, self._place.service_account)

    def _init(self, aiplatform: Any, credentials: Any) -> None:
        try:
            aiplatform.init(
                project=self._place.project,
                location=self._place.region,
                credentials=credentials,
                # An endpoint of one's own may be http, which Google's client speaks only where it is to use REST.
                api_transport="rest",
                api_endpoint=self._place.endpoint or None,
            )
        except ValueError as error:
            raise ConfigurationError(
                f"Vertex AI has no region {self._place.region!r}; there are europe-west1, us-central1, ..."
            ) from error

    def _reach(self) -> None:
        """See once that somebody listens: Google's client tries for two minutes before it says that nobody does."""
        import requests

        if not self._reached:
            requests.get(self._place.endpoint or f"https://{self._place.region}-aiplatform.googleapis.com", timeout=20)
        self._reached = True

    def _credentials(self) -> Any:
        import google.auth
        from google.oauth2.credentials import Credentials

        if self._place.token:
            return Credentials(self._place.token)  # type: ignore[no-untyped-call]
        return google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])[0]


def check(job: Job) -> None:
    """Whether Vertex AI can be asked for a run at all. Pure.

    Raises:
        ConfigurationError: its artifacts have no place in Cloud Storage, or its experiment can't be called that.
    """
    root = job.pipeline_root
    if not re.match("gs://[^/]+", root):
        raise ConfigurationError(
            f"Vertex AI keeps artifacts in Cloud Storage, not in {root!r}; give --pipeline-root gs://BUCKET/FOLDER"
            if root
            else "Vertex AI needs a place for artifacts: give --pipeline-root gs://BUCKET/FOLDER"
        )
    if job.experiment and not _EXPERIMENT.fullmatch(job.experiment):
        raise ConfigurationError(
            f"{job.experiment!r} can't be an experiment's name on Vertex AI, which has up to 128 lower-case letters, "
            "digits and hyphens"
        )


def job_id(pipeline: str, time: datetime, more: str) -> str:
    """An id for a run, as Google's client makes them, and with something more: two may start in a second. Pure."""
    name = re.sub("[^0-9a-z]+", "-", pipeline.lower()).strip("-")[:80].rstrip("-")
    return f"{name if name[:1].isalpha() else f'run-{name}'}-{time:%Y%m%d%H%M%S}-{more}"


def seen_run(job: Any) -> SeenRun:
    """A ``PipelineJob`` message as it stands. Pure."""
    details = {detail.task_id: detail for detail in job.job_detail.task_details}

    def path(detail: Any) -> str:
        above = details.get(detail.parent_task_id)
        # The one that has none above it is the run itself.
        return "" if above is None else ".".join(filter(None, (path(above), detail.task_name)))

    tasks = {
        str(detail.task_id): SeenTask(
            path(detail),
            _TASK_STATES.get(detail.state.name, State.PENDING),
            detail.start_time or None,
            detail.end_time or None,
            detail.error.message,
        )
        for detail in details.values()
        if path(detail)
    }
    state = _RUN_STATES.get(job.state.name.removeprefix("PIPELINE_STATE_"), State.PENDING)
    return SeenRun(job.name.rpartition("/")[2], job.display_name, state, job.error.message, tasks)


def _check_bucket(aiplatform: Any, root: str, project: str) -> None:
    """Google's client makes a bucket that is not there: a misspelt one, mostly."""
    from google.api_core.exceptions import Forbidden
    from google.cloud.storage import Client

    name = root.removeprefix("gs://").partition("/")[0]
    client = Client(project=project, credentials=aiplatform.initializer.global_config.credentials)
    try:
        found = client.bucket(name).exists()
    except Forbidden:  # who may start runs need not be allowed to look at buckets
        return
    if not found:
        raise NotFoundError(
            f"there is no bucket gs://{name}; make it with `gcloud storage buckets create gs://{name} "
            f"--project {project}`"
        )


@contextmanager
def _template(job: Job) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pipeline.yaml"
        file.write_text(job.document.pipeline_text, encoding="utf-8")
        yield str(file)
