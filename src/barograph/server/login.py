"""Logging in with a browser: a page that takes the token, and a cookie that stands for it from then on."""

import base64
import hashlib
import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from barograph.server.access import SESSION_LIFE, Access, TooManyTries
from barograph.server.security import LOGIN, LOGOUT, client

# A path of this server: browsers take `//` and `/\` for the beginning of a host, and drop tabs and line ends first.
_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")

_STYLE = """
body { margin: 0; display: grid; place-items: center; min-height: 100vh; font: 16px/1.5 system-ui, sans-serif;
       color: #1d2430; background: #f5f6f8 }
form { display: grid; gap: .75rem; width: min(22rem, 90vw) }
h1 { margin: 0; font-size: 1.5rem }
input, button { font: inherit; padding: .5rem .75rem; border: 1px solid #8a93a3; border-radius: .375rem }
button { color: #fff; background: #23508e; border-color: #23508e; cursor: pointer }
[role=alert] { margin: 0; color: #a4161a }
@media (prefers-color-scheme: dark) {
  body { color: #e6e9ef; background: #171b22 } input { color: inherit; background: #222833 }
  [role=alert] { color: #ff8a8a }
}
"""
# Browsers send no SameSite=Strict cookie where a link of another site is followed. The page then comes back to itself,
# with the cookie if there is one, and with what is after `#`, which only a script can keep.
_ONCE_MORE = "const here = new URL(location); here.searchParams.set('again', ''); location.replace(here)"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src {_digest(_STYLE)}; script-src {_digest(_ONCE_MORE)}; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
}
# The form names no action: it goes to the page's own address, so what it says of `next` and after `#` is kept.
_PAGE = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Log in - Barograph</title>
<style>{_STYLE}</style>
{{script}}
<form method="post">
<h1>Barograph</h1>
{{message}}
<label for="token">The server's token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button>Log in</button>
</form>
</html>
"""


def login_routes(access: Access) -> list[Route]:
    """``GET /login``, ``POST /login`` with a form's ``token``, and ``POST /logout``.

    After logging in the browser goes to the path that the query's ``next`` names, never to another server.
    """

    async def page(request: Request) -> Response:
        if access.session(request.scope):
            return _onwards(request)
        return _page(once_more=request.headers.get("sec-fetch-site") == "cross-site")

    async def login(request: Request) -> Response:
        try:
            admitted = access.admits(_token(await request.body()), client(request.scope))
        except TooManyTries as error:
            return _page("Too many wrong tokens. Wait a minute.", 429, {"Retry-After": str(error.wait)})
        if not admitted:
            return _page("That is not this server's token.", 403)
        response = _onwards(request)
        _set_cookie(response, request, access, access.begin(), SESSION_LIFE)
        return response

    async def logout(request: Request) -> Response:
        if session := access.session(request.scope):
            access.end(session)
        response = RedirectResponse(LOGIN, 303)
        _set_cookie(response, request, access, "", 0)
        return response

    return [
        Route(LOGIN, page, methods=["GET"]),
        Route(LOGIN, login, methods=["POST"]),
        Route(LOGOUT, logout, methods=["POST"]),
    ]


def onward_path(given: str) -> str:
    """``given`` if it is a path of this server, ``/`` otherwise. Pure."""
    return given if _PATH.fullmatch(given) else "/"


def _token(form: bytes) -> bytes:
    try:
        return parse_qs(form, max_num_fields=8).get(b"token", [b""])[0].strip()
    except ValueError:
        return b""


def _onwards(request: Request) -> Response:
    return RedirectResponse(onward_path(request.query_params.get("next", "/")), 303)


def _set_cookie(response: Response, request: Request, access: Access, value: str, age: int) -> None:
    scheme = request.scope["scheme"]
    response.set_cookie(
        access.cookie(scheme), value, max_age=age, path="/", secure=scheme == "https", httponly=True, samesite="strict"
    )


def _page(
    message: str = "", status: int = 200, headers: Mapping[str, str] = MappingProxyType({}), *, once_more: bool = False
) -> Response:
    alert = f'<p role="alert">{message}</p>' if message else ""
    script = f"<script>{_ONCE_MORE}</script>" if once_more else ""
    return HTMLResponse(_PAGE.replace("{message}", alert).replace("{script}", script), status, {**_HEADERS, **headers})
