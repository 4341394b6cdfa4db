"""Vertex AI's REST API on this machine: what Google's client library asks of it, answered as Google does, and kept.

Pipeline jobs, schedules and what experiments are made of (metadata stores, contexts and executions). It keeps what it
is sent, records every request, and refuses on demand.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.listening import listening

NOW = "2026-11-28T12:00:00Z"
STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # by names in small letters
    body: Any


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


Rule = Callable[[Request], None]
"""Raises ``Refused`` for what is to be refused."""


def _open(request: Request) -> None:
    """Nothing is refused."""


@dataclass
class VertexServer:
    """The API, with what it holds.

    Attributes:
        url: where it listens.
        requests: every request so far.
        rule: what it refuses.
        story: the states of a job's tasks, one step for each time that it is looked at; the last one stays.
        things: jobs, schedules, contexts, ... by their full names.
        grant: the token that is given for another; empty for none.
    """

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    rule: Rule = _open
    story: list[tuple[str, dict[str, str]]] = field(default_factory=lambda: [("SUCCEEDED", {})])
    things: dict[str, Any] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)
    grant: str = ""

    def asked(self, method: str, ending: str) -> list[Request]:
        """The requests so far of a method, for paths with this ending."""
        return [each for each in self.requests if each.method == method and each.path.endswith(ending)]

    def sign_in(self, folder: Path) -> Path:
        """Sign somebody in as people of a company do: the file of their credentials, which name an identity provider
        whose token is changed for one of Google's here."""
        (folder / "subject").write_text("of the identity provider")
        credentials = {
            "type": "external_account",
            "audience": "//iam.googleapis.com/locations/global/workforcePools/company/providers/main",
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            "token_url": f"{self.url}/token",
            "credential_source": {"file": str(folder / "subject")},
        }
        (folder / "credentials.json").write_text(json.dumps(credentials))
        self.grant = "ya29.granted"
        return folder / "credentials.json"

    def answer(self, request: Request) -> Any:
        self.requests.append(request)
        self.rule(request)
        name = request.path.removeprefix("/v1/").removeprefix("/v1beta1/")
        for method, pattern, does in _ROUTES:
            if method == request.method and (found := re.fullmatch(pattern, name)):
                return does(self, request, *found.groups())
        raise Refused(404, f"no such method: {request.method} {name}")

    def _keep(self, name: str, thing: Any) -> Any:
        if name in self.things:
            raise Refused(409, f"{name} already exists.")
        self.things[name] = {**thing, "name": name, "createTime": NOW, "updateTime": NOW}
        return self.things[name]

    def get(self, request: Request, name: str) -> Any:
        if name not in self.things:
            raise Refused(404, f"{name} is not found.")
        return self.things[name]

    def create_job(self, request: Request, parent: str) -> Any:
        name = f"{parent}/pipelineJobs/{request.query['pipelineJobId']}"
        job = self._keep(name, {**request.body, "state": "PIPELINE_STATE_PENDING"})
        context = f"{parent}/metadataStores/default/contexts/{request.query['pipelineJobId']}"
        self._keep(context, {"displayName": request.query["pipelineJobId"], "schemaTitle": "system.PipelineRun"})
        job["jobDetail"] = {"pipelineRunContext": self.things[context]}
        return job

    def get_job(self, request: Request, name: str) -> Any:
        job = self.get(request, name)
        if job["state"] not in ("PIPELINE_STATE_CANCELLED", "PIPELINE_STATE_CANCELLING"):
            step = self.looks.get(name, 0)
            self.looks[name] = step + 1
            state, tasks = self.story[min(step, len(self.story) - 1)]
            job["state"] = f"PIPELINE_STATE_{state}"
            job["jobDetail"]["taskDetails"] = _details(name, tasks)
            if state == "FAILED":
                job["error"] = {"code": 9, "message": "The DAG failed because some tasks failed."}
        return job

    def cancel_job(self, request: Request, name: str) -> Any:
        self.get(request, name)["state"] = "PIPELINE_STATE_CANCELLED"
        return {}

    def list_jobs(self, request: Request, parent: str) -> Any:
        jobs = [thing for name, thing in self.things.items() if name.startswith(f"{parent}/pipelineJobs/")]
        return {"pipelineJobs": jobs}

    def create_schedule(self, request: Request, parent: str) -> Any:
        return self._keep(f"{parent}/schedules/{len(self.things) + 1}", {**request.body, "state": "ACTIVE"})

    def create_store(self, request: Request, parent: str) -> Any:
        name = f"{parent}/metadataStores/{request.query['metadataStoreId']}"
        store = self._keep(name, request.body)
        kind = "type.googleapis.com/google.cloud.aiplatform.v1.MetadataStore"
        return {"name": f"{parent}/operations/1", "done": True, "response": {"@type": kind, **store}}

    def create_context(self, request: Request, parent: str) -> Any:
        return self._keep(f"{parent}/contexts/{request.query['contextId']}", request.body)

    def add_children(self, request: Request, name: str) -> Any:
        self.get(request, name).setdefault("children", []).extend(request.body["childContexts"])
        return {}


def _details(job: str, tasks: dict[str, str]) -> list[Any]:
    """As Vertex AI lists a job's tasks: all with numbers, and the job itself among them, above the others."""
    numbers = {name: str(number) for number, name in enumerate(tasks, 2)}
    details: list[Any] = [{"taskId": "1", "taskName": job.rpartition("/")[2], "state": "RUNNING", "createTime": NOW}]
    for path, state in tasks.items():
        above, _, name = path.rpartition(".")
        detail: dict[str, Any] = {
            "taskId": numbers[path],
            "parentTaskId": numbers.get(above, "1"),
            "taskName": name,
            "state": state,
        }
        ended = state in ("SUCCEEDED", "FAILED", "CANCELLED")
        detail |= {"startTime": NOW} | ({"endTime": "2026-11-28T12:03:05Z"} if ended else {})
        if state == "FAILED":
            detail["error"] = {"code": 9, "message": "The replica workerpool0-0 exited with a non-zero status of 1."}
        details.append(detail)
    return details


_PLACE = r"(projects/[^/]+/locations/[^/]+)"
_ROUTES: list[tuple[str, str, Callable[..., Any]]] = [
    ("POST", rf"{_PLACE}/pipelineJobs", VertexServer.create_job),
    ("GET", rf"{_PLACE}/pipelineJobs", VertexServer.list_jobs),
    ("GET", rf"({_PLACE[1:-1]}/pipelineJobs/[^/:]+)", VertexServer.get_job),
    ("POST", rf"({_PLACE[1:-1]}/pipelineJobs/[^/:]+):cancel", VertexServer.cancel_job),
    ("POST", rf"{_PLACE}/schedules", VertexServer.create_schedule),
    ("GET", rf"({_PLACE[1:-1]}/schedules/[^/:]+)", VertexServer.get),
    ("POST", rf"{_PLACE}/metadataStores", VertexServer.create_store),
    ("GET", rf"({_PLACE[1:-1]}/metadataStores/[^/:]+)", VertexServer.get),
    ("POST", rf"({_PLACE[1:-1]}/metadataStores/[^/:]+)/contexts", VertexServer.create_context),
    ("GET", rf"({_PLACE[1:-1]}/metadataStores/[^/:]+/contexts/[^/:]+)", VertexServer.get),
    ("POST", rf"({_PLACE[1:-1]}/metadataStores/[^/:]+/contexts/[^/:]+):addContextChildren", VertexServer.add_children),
]


@contextmanager
def vertex_server() -> Iterator[VertexServer]:
    """The API on a free port."""
    found = VertexServer()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            parts = urlsplit(self.path)
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if parts.path in ("/", "/token"):
                granted = {"access_token": found.grant, "token_type": "Bearer", "expires_in": 3600}
                said = granted | {"issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}
                self._send(200 if found.grant else 400, said if found.grant else {"error": "invalid_grant"})
                return
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            body = json.loads(text) if text else None
            request = Request(
                self.command, parts.path, query, {name.lower(): value for name, value in self.headers.items()}, body
            )
            try:
                status, said = 200, found.answer(request)
            except Refused as error:
                status = error.status
                said = {"error": {"code": status, "message": str(error), "status": STATUS[status]}}
            self._send(status, said)

        def _send(self, status: int, said: Any) -> None:
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = _answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    with listening(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as found.url:
        yield found
