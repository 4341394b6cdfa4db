"""Another server's registry, Barograph's or Kubeflow's, through KFP's REST API.

KFP's own ``kfp.Client`` would do but for tags, which it does not send, and it takes two seconds to import.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener
from uuid import uuid4

from barograph.errors import ConfigurationError, ConflictError, PipelineError, RequestError
from barograph.ir.spec import Spec, parse_spec
from barograph.ir.structs import from_struct
from barograph.registry.fetch import read_origin
from barograph.registry.tags import check_tags
from barograph.registry.upload import Kept, Upload
from barograph.store.records import PipelineVersion

_PIPELINES = "/apis/v2beta1/pipelines"
_TIMEOUT = 60.0


def send(given: Upload, url: str, token: str = "") -> Kept:
    """Put what is given into a server's registry.

    What is there already under this name, with this text, is left as it is and given the tags. Without a name it is
    called by the beginning of its digest.

    Args:
        given: what is to be sent. Of its version, the tags may be missing in what comes back: Kubeflow Pipelines has
            them since 2.17.
        url: the server's address.
        token: what it is to be sent as ``Authorization: Bearer``; empty for none.

    Raises:
        PipelineError: the text is no compiled pipeline.
        RequestError: a tag can't be one, or the server refuses what it is sent.
        ConflictError: there is another text under this version's name.
        ConfigurationError: the server can't be reached, or does not let us in.
    """
    spec = parse_spec(given.text, given.source)
    check_tags(given.tags)
    read_origin(url)
    try:
        return _send(given, spec, _Server(url.rstrip("/"), token))
    except KeyError as error:
        raise ConfigurationError(f"{url} is no server of KFP's API: it answers without {error}") from None


def _send(given: Upload, spec: Spec, server: "_Server") -> Kept:
    tags = given.tags
    name = given.version or given.usual_version
    pipeline_id = server.pipeline(given.pipeline)["pipeline_id"]
    versions = f"{_PIPELINES}/{pipeline_id}/versions"
    found = next(server.versions(versions, "name", name), None)
    if found is None:
        asked = {"pipelineid": pipeline_id, "name": name, "description": given.description}
        asked |= {"tags": json.dumps(dict(tags))} if tags else {}
        kept = server.send_file(f"{_PIPELINES}/upload_version?{urlencode(asked)}", given.text)
    elif not _says(found, spec):
        raise ConflictError(
            f"{server.url} has a version {name!r} of {given.pipeline!r} already, with another text, and versions never "
            "change; choose another name"
        )
    else:
        kept = server.tag(versions, found, {**found.get("tags", {}), **tags})
    for key in (key for key, value in kept.get("tags", {}).items() if key in tags and not value):
        for other in server.versions(versions, f"tags.{key}", ""):
            if other["pipeline_version_id"] != kept["pipeline_version_id"]:
                server.tag(versions, other, {k: value for k, value in other["tags"].items() if k != key})
    made = datetime.fromisoformat(kept["created_at"])
    id_, tags = kept["pipeline_version_id"], kept.get("tags", {})
    return Kept(PipelineVersion(id_, pipeline_id, name, given.digest, made, name, tags=tags), found is None)


def _says(version: Mapping[str, Any], spec: Spec) -> bool:
    # Kubeflow writes a pipeline anew: what is compared is what it says.
    try:
        there = parse_spec(from_struct(version.get("pipeline_spec", {})))
    except PipelineError:
        return False
    return bool(there.pipeline == spec.pipeline and there.platform == spec.platform)


class _Missing(ConfigurationError):
    """There is nothing at an address."""


@dataclass(frozen=True)
class _Server:
    url: str
    token: str

    def pipeline(self, name: str) -> Any:
        try:
            return self._ask("GET", f"{_PIPELINES}/names/{quote(name, safe='')}")
        except _Missing:
            return self.send("POST", _PIPELINES, {"name": name, "display_name": name})

    def versions(self, path: str, key: str, value: str) -> Iterator[Any]:
        """A pipeline's versions of which something is equal to a value."""
        predicate = {"key": key, "operation": "EQUALS", "stringValue": value}
        asked = {"filter": json.dumps({"predicates": [predicate]}), "page_size": 200, "page_token": ""}
        while True:
            page = self._ask("GET", f"{path}?{urlencode(asked)}")
            yield from page.get("pipeline_versions", [])
            if not (token := page.get("next_page_token")):
                return
            asked["page_token"] = token

    def tag(self, path: str, version: Any, tags: Mapping[str, str]) -> Any:
        if tags == version.get("tags", {}):
            return version
        return self.send("PATCH", f"{path}/{version['pipeline_version_id']}", {"tags": dict(tags)})

    def send(self, method: str, path: str, message: Any) -> Any:
        return self._ask(method, path, json.dumps(message).encode(), "application/json")

    def send_file(self, path: str, text: str) -> Any:
        boundary = uuid4().hex
        head = 'Content-Disposition: form-data; name="uploadfile"; filename="pipeline.yaml"'
        body = f"--{boundary}\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n{text}\r\n--{boundary}--\r\n"
        return self._ask("POST", path, body.encode(), f"multipart/form-data; boundary={boundary}")

    def _ask(self, method: str, path: str, body: bytes | None = None, media_type: str = "") -> dict[str, Any]:
        headers = {"Accept": "application/json", "User-Agent": "barograph"}
        headers |= {"Content-Type": media_type} if body is not None else {}
        headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            request = Request(self.url + path, body, headers, method=method)
            with build_opener(_NoRedirects).open(request, timeout=_TIMEOUT) as answer:
                return dict(json.load(answer))
        except HTTPError as error:
            with error:
                raise _refusal(self.url, error) from None
        except URLError as error:
            raise ConfigurationError(f"{self.url} can't be reached: {error.reason}") from None
        except (OSError, HTTPException) as error:
            raise ConfigurationError(f"{self.url} can't be reached: {error}") from None
        except (ValueError, TypeError):
            raise ConfigurationError(f"{self.url} is no server of KFP's API: it answers no JSON object") from None


class _NoRedirects(HTTPRedirectHandler):
    # A redirected POST would become a GET, and the token would go wherever it leads.
    def redirect_request(self, *_: Any) -> None:
        return None


def _refusal(url: str, error: HTTPError) -> Exception:
    try:
        said = json.loads(error.read())
        message = str(said.get("message") or said.get("error_message") or error.reason)
    except (ValueError, AttributeError, OSError, HTTPException):
        return ConfigurationError(f"{url} is no server of KFP's API: it answers {error.code} {error.reason}")
    match error.code:
        case 404:
            return _Missing(f"{url}: {message}")
        case 401 | 403:
            return ConfigurationError(f"{url} does not let you in: {message}; give a token with --token")
        case 400:
            return RequestError(f"{url} refuses this: {message}")
    return ConfigurationError(f"{url} answers {error.code}: {message}")
