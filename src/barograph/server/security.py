"""The guard in front of everything: whose host a request names, which site it comes from, and whether it may come in.

- A page of another site can make its own name mean this machine (DNS rebinding); the ``Host`` header then has it.
- It can send requests here from the browser of somebody who is logged in, or has a server on loopback without a token.
  Browsers say where such requests come from; kfp's clients and curl say nothing of it, and pass.
- Where there is a token, every request needs it, or the session of a browser that has logged in.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

import structlog
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from barograph.errors import ConfigurationError
from barograph.server.access import Access, TooManyTries
from barograph.server.refusals import Code, refusal

LOGIN = "/login"
LOGOUT = "/logout"
OPEN = frozenset({LOGIN, "/apis/v2beta1/healthz"})
"""Paths that need no token. Probes ask for healthz without one; it must tell no more than that the server is well."""

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_PORTS = {"http": 80, "https": 443}
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?\.?)(?::([0-9]{1,5}))?", re.IGNORECASE)
_ORIGIN = re.compile(r"(https?)://([^/?#]+)([/?#].*)?", re.IGNORECASE)

_log = structlog.get_logger()


@dataclass(frozen=True)
class Hosts:
    """The names that the server answers to.

    Attributes:
        names: as they stand in a ``Host`` header, in small letters and without a port.
        every: whether it answers to any name.
    """

    names: frozenset[str]
    every: bool = False

    def __contains__(self, name: object) -> bool:
        return self.every or name in self.names


def allowed_hosts(host: str, more: Iterable[str], *, has_token: bool) -> Hosts:
    """The names that a server that listens on ``host`` answers to: loopback's, its own, and ``more``.

    One that listens on every address (``0.0.0.0``, ``::``) can't know the machine's names and answers to any. That is
    safe, for it has a token: a page behind a name of its own has neither the token nor the cookie of another name.

    Raises:
        ConfigurationError: other machines can reach the server and there is no token, or a name is none.
    """
    address = _address(host)
    local = host == "localhost" or (address is not None and address.is_loopback)
    if not local and not has_token:
        raise ConfigurationError(
            f"a server on {host!r} can be reached from other machines, so it needs a token; "
            "give one in BAROGRAPH_TOKEN or with --token-file, or leave out --host: then only this machine reaches it"
        )
    every = address is not None and address.is_unspecified
    return Hosts(frozenset(map(_listed, (*_LOOPBACK, host, *more))), every)


class Guard:
    """Middleware that lets a request in, or answers it with a google.rpc.Status that says why not.

    A browser that has not logged in is sent to the login page instead. Websockets, which browsers open across sites,
    are all closed.

    Args:
        app: what is guarded.
        hosts: the names that the server answers to.
        access: tells right tokens from wrong ones; None where requests need no token.
    """

    def __init__(self, app: ASGIApp, hosts: Hosts, access: Access | None = None) -> None:
        self.app = app
        self.hosts = hosts
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
            return
        if scope["type"] == "http" and (answer := self._answer(scope)):
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if answer := self._misdirected(headers):
            return answer
        if reason := foreign(scope["method"], scope["scheme"], headers):
            _log.warning("refused", reason=reason)
            return refusal(403, Code.PERMISSION_DENIED, reason)
        if self.access is None or scope["path"] in OPEN:
            return None
        return self._unknown(scope, headers, self.access)

    def _misdirected(self, headers: Headers) -> Response | None:
        given = headers.getlist("host")
        host = authority(given[0]) if len(given) == 1 else None
        if host is None:
            return refusal(
                400, Code.INVALID_ARGUMENT, "the request needs one Host header, with a name and maybe a port"
            )
        name = host[0]
        if name in self.hosts:
            return None
        reason = (
            f"this server does not answer to the name {name!r}; if it is its own, start it with --allow-host {name}"
        )
        _log.warning("refused", reason=reason)
        return refusal(421, Code.INVALID_ARGUMENT, reason)

    def _unknown(self, scope: Scope, headers: Headers, access: Access) -> Response | None:
        reason = "this server needs a token: send the header `Authorization: Bearer TOKEN`"
        if given := headers.getlist("authorization"):
            scheme, _, token = given[0].partition(" ")
            try:
                if (
                    len(given) == 1
                    and scheme.lower() == "bearer"
                    and access.admits(token.strip().encode(), client(scope))
                ):
                    return None
            except TooManyTries as error:
                return refusal(429, Code.RESOURCE_EXHAUSTED, str(error), {"Retry-After": str(error.wait)})
            reason = "the token is not this server's"
        elif access.session(scope):
            return None
        if scope["method"] in ("GET", "HEAD") and "text/html" in headers.get("accept", ""):
            return RedirectResponse(f"{LOGIN}?next={quote(_target(scope), safe='')}", 303)
        return refusal(401, Code.UNAUTHENTICATED, reason, {"WWW-Authenticate": 'Bearer realm="barograph"'})


def foreign(method: str, scheme: str, headers: Headers) -> str | None:
    """Why a request is not the server's own site's to make; None where it may be made. Pure.

    What only reads may come from anywhere that is no browser, and as a link that somebody followed. What changes
    something must not name another site, be it as ``Origin``, as ``Referer`` or as ``Sec-Fetch-Site``.

    Source: W3C's Fetch Metadata; OWASP's Cross-Site Request Forgery Prevention, "verifying origin".
    """
    site = headers.get("sec-fetch-site", "none")
    if site not in ("same-origin", "none"):
        followed = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("navigate", "document")
        if method not in _READING or not followed:
            return "the request comes from a page of another site"
    if method in _READING:
        return None
    host = headers.get("host", "")
    for origin in headers.getlist("origin") or headers.getlist("referer"):
        if not _same(origin, scheme, host):
            return (
                "the request comes from a page of another origin; "
                "a proxy in front of the server must leave the Host header as the browser sent it"
            )
    return None


def authority(text: str) -> tuple[str, int | None] | None:
    """The name, in small letters, and port of ``name``, ``name:port`` or ``[::1]:port``; None where it is neither."""
    found = _AUTHORITY.fullmatch(text)
    if found is None:
        return None
    name = found[1].lower().removesuffix(".")
    if name.startswith("["):
        address = _address(name[1:-1])
        if address is None:
            return None
        name = f"[{address}]"
    return name, int(found[3]) if found[3] else None


def client(scope: Scope) -> str:
    """The address that a request comes from; empty where it has none, as with a Unix socket."""
    return scope["client"][0] if scope.get("client") else ""


def _same(origin: str, scheme: str, host: str) -> bool:
    found = _ORIGIN.fullmatch(origin)
    theirs, ours = authority(found[2]) if found else None, authority(host)
    if found is None or theirs is None or ours is None:
        return False
    spoken = found[1].lower()
    # A proxy may end the browser's HTTPS without telling; nothing makes plain HTTP of a page's HTTPS.
    if spoken not in (scheme, "https"):
        return False
    return (theirs[0], theirs[1] or _PORTS[spoken]) == (ours[0], ours[1] or _PORTS[spoken])


def _target(scope: Scope) -> str:
    path = scope.get("raw_path", b"/").decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _listed(name: str) -> str:
    found = authority(f"[{name}]" if ":" in name and _address(name) else name)
    if found is None:
        raise ConfigurationError(f"{name!r} is no host's name; give one such as `barograph.example`")
    return found[0]


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
