"""What browsers are told of the app's own pages, and of artifacts, which may come from anyone."""

import re
from email.message import Message
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from barograph.server.access import Access
from barograph.server.headers import artifact_headers, content_disposition
from tests.server.serving import TOKEN, guarded, serving


def policy(headers: dict[str, str]) -> dict[str, str]:
    """The directives of a Content-Security-Policy."""
    parts = (part.strip().partition(" ") for part in headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


def test_every_response_is_safe_without_being_asked_to() -> None:
    async def broken(_: Request) -> Response:
        raise RuntimeError

    async def own(_: Request) -> Response:
        return PlainTextResponse("", headers=artifact_headers("text/html", "a.html"))

    routes = [Route("/broken", broken), Route("/artifact", own)]
    with serving(guarded(routes, access=Access(TOKEN))) as address:
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        responses = {
            "not found": httpx.get(f"{address.url}/", headers=bearer),
            "refused": httpx.get(f"{address.url}/"),
            "misdirected": httpx.get(address.url, headers={"Host": "evil.example"}),
            "broken": httpx.get(f"{address.url}/broken", headers=bearer),
            "log in": httpx.get(f"{address.url}/login"),
            "artifact": httpx.get(f"{address.url}/artifact", headers=bearer),
        }
    assert [r.status_code for r in responses.values()] == [404, 401, 421, 500, 200, 200]
    for what, response in responses.items():
        assert response.headers["X-Content-Type-Options"] == "nosniff", what
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin", what
        assert response.headers["X-Frame-Options"] == ("SAMEORIGIN" if what == "artifact" else "DENY"), what
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin", what
        assert len(response.headers.get_list("Content-Security-Policy")) == 1, what
        framed = policy(
            dict(response.headers) | {"Content-Security-Policy": response.headers["content-security-policy"]}
        )
        assert framed["frame-ancestors"] == ("'self'" if what == "artifact" else "'none'"), what
    assert responses["not found"].headers["Referrer-Policy"] == "same-origin"
    assert responses["artifact"].headers["Referrer-Policy"] == "no-referrer"


MEDIA_TYPES = st.sampled_from(
    [
        "text/html",
        "TEXT/HTML; charset=x",
        "image/svg+xml",
        "image/png",
        "application/xhtml+xml",
        "text/xml",
        "application/pdf",
    ]
)


@given(st.text() | MEDIA_TYPES, st.text(), st.booleans())
def test_no_artifact_has_the_apps_powers(media_type: str, name: str, download: bool) -> None:
    headers = artifact_headers(media_type, name, download=download)
    rules = policy(headers)
    assert rules["sandbox"] in ("", "allow-scripts")
    assert rules["default-src"] == "'none'"
    assert "http" not in headers["Content-Security-Policy"]
    assert rules.get("connect-src", "'none'") == "'none'"
    assert rules["form-action"] == rules["base-uri"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    for value in headers.values():
        assert re.fullmatch(r"[\x20-\x7e]*", value)


def test_a_report_runs_its_scripts_and_nothing_else_does() -> None:
    assert policy(artifact_headers("text/html", "report.html"))["sandbox"] == "allow-scripts"
    for media_type in ("image/svg+xml", "application/xhtml+xml", "text/xml", "text/plain", "application/pdf", "x"):
        rules = policy(artifact_headers(media_type, "report"))
        assert rules["sandbox"] == ""
        assert "script-src" not in rules


@pytest.mark.parametrize(
    ("said", "sent", "disposition"),
    [
        ("text/html", "text/html; charset=utf-8", "inline"),
        ("text/html; charset=utf-7", "text/html; charset=utf-8", "inline"),
        ("text/csv", "text/csv; charset=utf-8", "inline"),
        ("image/png", "image/png", "inline"),
        ("Image/SVG+xml", "image/svg+xml", "inline"),
        ("application/json", "application/json", "inline"),
        ("application/pdf", "application/pdf", "attachment"),
        ("application/x-tar", "application/x-tar", "attachment"),
        ("text/javascript", "text/plain; charset=utf-8", "inline"),
        ("application/x-javascript", "text/plain; charset=utf-8", "inline"),
        ("text/jscript", "text/plain; charset=utf-8", "inline"),
        ("text/javascript1.5", "text/plain; charset=utf-8", "inline"),
        ("text/css", "text/plain; charset=utf-8", "inline"),
        ("multipart/x-mixed-replace", "application/octet-stream", "attachment"),
        ("inode/directory", "application/octet-stream", "attachment"),
        ("text/html\r\nSet-Cookie: a=b", "application/octet-stream", "attachment"),
        ("", "application/octet-stream", "attachment"),
    ],
)
def test_an_artifact_is_shown_or_downloaded_by_its_media_type(said: str, sent: str, disposition: str) -> None:
    headers = artifact_headers(said, "file")
    assert headers["Content-Type"] == sent
    assert headers["Content-Disposition"] == f'{disposition}; filename="file"'
    asked = artifact_headers(said, "file", download=True)
    assert asked["Content-Disposition"] == 'attachment; filename="file"'


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("model.onnx", 'filename="model.onnx"'),
        ("two words.csv", 'filename="two words.csv"'),
        ("Übersicht.html", "filename=\"_bersicht.html\"; filename*=UTF-8''%C3%9Cbersicht.html"),
        ("100%.txt", "filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
        ('a"; filename="b.exe', "filename=\"a_; filename=_b.exe\"; filename*=UTF-8''a%22%3B%20filename%3D%22b.exe"),
        ("../../etc/passwd", 'filename="_.._etc_passwd"'),
        ("..\\x", 'filename="_x"'),
        ("a\r\nSet-Cookie: b", 'filename="a__Set-Cookie_ b"'),
        ("photo\u202egnp.exe", 'filename="photo_gnp.exe"'),
        ("", 'filename="artifact"'),
        (" .. ", 'filename="artifact"'),
    ],
)
def test_a_file_keeps_what_of_its_name_is_safe(name: str, header: str) -> None:
    assert content_disposition("attachment", name) == f"attachment; {header}"


@given(st.text())
def test_every_file_name_arrives_whole(name: str) -> None:
    header = content_disposition("attachment", name)
    message = Message()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"
    plain = re.search(r'filename="([^"\\%]*)"', header)
    assert plain
    found = re.search(r"filename\*=UTF-8''([A-Za-z0-9%!#$&+.^_`|~-]+)$", header)
    whole = unquote(found[1], errors="strict") if found else plain[1]
    assert 0 < len(whole) <= 200
    assert not set(whole) & set("/\\:*?<>|\r\n\0")
    if name.isalnum() and name.isprintable() and len(name) <= 200:
        assert whole == name
