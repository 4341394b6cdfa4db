"""Kubeflow Pipelines, and any server of its API such as Barograph's, through ``kfp.Client``."""

import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barograph.errors import BarographError, ConfigurationError, ConflictError, NotFoundError
from barograph.states import State
from barograph.submit.cron import with_seconds
from barograph.submit.engine import SeenRun, SeenTask, Submitted, Unreachable
from barograph.submit.job import Job
from barograph.submit.quiet import quiet
from barograph.submit.reasons import reason


@dataclass(frozen=True)
class Product:
    """Whose server it is.

    Attributes:
        name: what people call it.
        run: the path of a run's screen.
        schedule: that of a recurring run's.
        token: the variable that holds its token.
        steps: what its API lists among a pipeline's tasks that is none of them.
    """

    name: str
    run: str
    schedule: str
    token: str
    steps: re.Pattern[str]


KUBEFLOW = Product(
    "Kubeflow Pipelines",
    "/#/runs/details/{}",
    "/#/recurringrun/details/{}",
    "KFP_TOKEN",
    re.compile("|root|executor|.+-driver"),  # the nodes of Argo's that start and run a task
)
BAROGRAPH = Product("Barograph", "/runs/{}", "/recurring-runs/{}", "BAROGRAPH_TOKEN", re.compile("|root"))

_STATES = {state.value: state for state in State} | {"PAUSED": State.RUNNING}


class Server:
    """A server of KFP's API."""

    def __init__(
        self, host: str, product: Product = KUBEFLOW, token: str = "", namespace: str = "", service_account: str = ""
    ) -> None:
        """A server.

        Args:
            host: its address; https where it does not say.
            product: whose it is.
            token: sent as ``Authorization: Bearer``; empty for what the SDK finds by itself.
            namespace: whose runs they are, on a server of several users.
            service_account: whom its tasks run as.

        Raises:
            ConfigurationError: the SDK is not installed.
        """
        self._host, self._product = (host if "://" in host else f"https://{host}").rstrip("/"), product
        self._token, self._namespace, self._service_account = token, namespace, service_account
        self._opened: Any = None

    def submit(self, job: Job) -> Submitted:
        """Start a run."""
        with self._asking() as client, _file(job) as file:
            run = client.run_pipeline(
                experiment_id=self._experiment(client, job),
                job_name=job.name,
                pipeline_package_path=file,
                params=dict(job.parameters),
                pipeline_root=job.root or None,
                service_account=self._service_account or None,
            )
        return self._submitted(run.run_id, self._product.run)

    def schedule(self, job: Job, cron: str) -> Submitted:
        """Make a recurring run."""
        with self._asking() as client, _file(job) as file:
            made = client.create_recurring_run(
                experiment_id=self._experiment(client, job),
                job_name=job.name,
                cron_expression=with_seconds(cron),
                pipeline_package_path=file,
                params=dict(job.parameters),
                pipeline_root=job.root or None,
                service_account=self._service_account or None,
            )
        return self._submitted(made.recurring_run_id, self._product.schedule)

    def look(self, run_id: str) -> SeenRun:
        """How a run stands now."""
        with self._asking() as client:
            return seen_run(client.get_run(run_id), self._product.steps)

    def cancel(self, run_id: str) -> None:
        """Ask for a run to be ended."""
        with self._asking() as client:
            client.terminate_run(run_id)

    def _experiment(self, client: Any, job: Job) -> str:
        name = job.experiment or "Default"
        return str(client.create_experiment(name, namespace=self._namespace or None).experiment_id)

    def _submitted(self, id: str | None, path: str) -> Submitted:
        if not id:  # a page to sign in, for one, answers to anything
            raise self._unlike("it gives no id")
        return Submitted(id, self._host + path.format(id))

    def _unlike(self, why: str) -> ConfigurationError:
        return ConfigurationError(
            f"{self._host} does not answer as a server of {self._product.name} does: {why}; is there a page to sign in?"
        )

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        with quiet():
            try:
                import kfp
                import kfp_server_api
                import urllib3
            except ImportError as error:
                raise ConfigurationError("submitting needs the KFP SDK: pip install 'barograph[sdk]'") from error
            try:
                self._opened = self._opened or self._client(kfp)
                yield self._opened
            except kfp_server_api.ApiException as error:
                raise self._refusal(error.status, error.body, error.reason) from error
            except urllib3.exceptions.HTTPError as error:
                raise Unreachable(f"{self._host} can't be reached: {reason(error)}") from error
            except (AttributeError, TypeError, ValueError, KeyError) as error:
                raise self._unlike(_first(str(error))) from error

    def _client(self, kfp: Any) -> Any:
        class Client(kfp.Client):  # type: ignore[misc]
            def get_kfp_healthz(self, sleep_duration: int = 0) -> Any:
                """Once: the SDK's own asks five times in 25 seconds where nobody listens."""
                return self._healthz_api.healthz_service_get_healthz()

        given = {"namespace": self._namespace} if self._namespace else {}
        with redirect_stdout(sys.stderr):  # where it asks a person to sign in, that is to be seen
            return Client(host=self._host, existing_token=self._token or None, **given)

    def _refusal(self, status: int | None, body: Any, reason: str | None) -> BarographError:
        """What is to be done about an answer that is no success."""
        said, variable, host = _message(body) or reason or "", self._product.token, self._host
        match status:
            case 401:
                return ConfigurationError(
                    f"{host}: the token is missing, wrong or has expired; give one with --token or in {variable}"
                )
            case 403:
                return ConfigurationError(
                    f"{host}: you may not do that there: {said}; ask for the role that lets you run pipelines"
                    f"{f' in namespace {self._namespace!r}' if self._namespace else ''}"
                )
            case 404:
                return NotFoundError(f"{host}: there is no such thing: {said}. Is it a server of {self._product.name}?")
            case 409:
                return ConflictError(f"{host}: it is there already: {said}")
            case 429:
                return Unreachable(f"{host}: too much was asked of it; try again later: {said}")
            case int() if status >= 500:
                return Unreachable(f"{host}: the server fails: {status} {said}")
            case None | 0:
                return Unreachable(f"{host} can't be reached: {said}")
        return ConfigurationError(f"{host}: the server refuses: {said}")


def seen_run(run: Any, steps: re.Pattern[str]) -> SeenRun:
    """A run as KFP's client gives it, without the server's own steps. Pure."""
    details = (run.run_details and run.run_details.task_details) or []
    by_id = {task.task_id: task for task in details}

    def path(task: Any) -> str:
        above = by_id.get(task.parent_task_id)
        before = path(above) if above is not None else ""
        return ".".join(filter(None, (before, task.display_name if is_task(task) else "")))

    def is_task(task: Any) -> bool:
        return not steps.fullmatch(task.display_name or "")

    tasks = {
        task.task_id: SeenTask(path(task), _state(task.state), task.start_time, task.end_time, _error(task))
        for task in details
        if is_task(task)
    }
    return SeenRun(run.run_id, run.display_name, _state(run.state), _error(run), tasks)


def _error(of: Any) -> str:
    return str(of.error.message or "") if of.error else ""


def _state(said: str | None) -> State:
    return _STATES.get(said or "", State.PENDING)


@contextmanager
def _file(job: Job) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pipeline.yaml"
        file.write_text(job.document.text, encoding="utf-8")
        yield str(file)


def _message(body: Any) -> str:
    text = body.decode(errors="replace") if isinstance(body, bytes) else str(body or "")
    try:
        said = json.loads(text)
    except ValueError:
        return "" if "<" in text else _first(text)
    if isinstance(said, Mapping):
        return str(said.get("message") or said.get("error_message") or said.get("error") or "")
    return ""


def _first(text: str) -> str:
    return text.strip().splitlines()[0][:300] if text.strip() else ""
