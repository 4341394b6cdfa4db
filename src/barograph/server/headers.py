"""Headers that tell browsers what a response may do: the app's own pages, and artifacts, which nobody vouches for."""

import re
import unicodedata
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_DEFAULTS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: with it, browsers send `Origin: null` with the app's own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # What a token protects is not for shared caches, and nothing is shown again without asking.
    "Cache-Control": "private, no-cache",
}

PAGE_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""What the UI's page may do. Its scripts are files of the server's; components and charts set styles on elements."""

# `sandbox` without allow-same-origin: a document of no origin, to which the app's cookies, storage and responses are
# another site's. Nothing may be loaded or sent, so a report must carry its scripts, styles and images with it.
_STILL = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
# A report's plots are drawn by scripts, some of which (Vega's) compile expressions. In a document that has nothing of
# ours and can ask for nothing they do no harm beyond their own frame.
_REPORT = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; media-src data: blob:; connect-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_TYPE = re.compile(r"(text|image|audio|video|application|font|model)/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_SHOWN = re.compile(r"(text|image|audio|video)/.*|application/json")
# As what they are, they would be scripts and styles that the app's own policy lets its pages load.
_LOADED = re.compile(r"(text|application)/((x-)?(java|ecma)script[0-9.]*|jscript|livescript|css)")
_LONGEST = 200


class SecureHeaders:
    """Middleware that adds the headers of the app's own pages to every response that does not set them itself.

    Args:
        app: what makes the responses.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _DEFAULTS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, answer)


def artifact_headers(media_type: str, file_name: str, *, download: bool = False) -> dict[str, str]:
    """The headers of a response with an artifact's content, which may come from anyone.

    Text, images, audio, video and JSON are shown; an HTML report runs its scripts, alone in a sandbox; everything
    else is downloaded. Scripts and style sheets are sent as plain text. A media type that is none, or that nothing
    is known of, is ``application/octet-stream``. Text is taken to be UTF-8. Pure.

    Args:
        media_type: what the artifact says it is; its parameters, such as a character set, are dropped.
        file_name: any text; what a file system or a header can't take is replaced.
        download: whether it is to be downloaded rather than shown.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if not _TYPE.fullmatch(kind):
        kind = "application/octet-stream"
    elif _LOADED.fullmatch(kind):
        kind = "text/plain"
    shown = _SHOWN.fullmatch(kind) is not None and not download
    return {
        "Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        "Content-Disposition": content_disposition("inline" if shown else "attachment", file_name),
        "Content-Security-Policy": _REPORT if kind == "text/html" else _STILL,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "no-referrer",
    }


def content_disposition(disposition: str, file_name: str) -> str:
    """A ``Content-Disposition`` that gives ``file_name`` to every browser, whatever characters it has. Pure.

    Source: RFC 6266, appendix D; RFC 8187, section 3.2.
    """
    name = _safe_name(file_name)
    # Browsers disagree on quotes, backslashes and percent signs in the plain form.
    plain = re.sub(r'[^\x20-\x7e]|["%]', "_", name)
    header = f'{disposition}; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='!#$&+-.^_`|~')}"


def _safe_name(file_name: str) -> str:
    """Without folders, and without characters that are not seen, such as those that turn an ending around."""
    name = file_name.encode("utf-8", "replace").decode()
    visible = "".join("_" if c in "/\\:*?<>|" or (c != " " and unicodedata.category(c)[0] in "CZ") else c for c in name)
    return visible.strip(" .")[:_LONGEST] or "artifact"
