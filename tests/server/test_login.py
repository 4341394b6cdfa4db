"""Logging in: the cookie stands for the token without telling it, and the page leads nowhere else."""

from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from barograph.errors import ConfigurationError
from barograph.server.access import SESSION_LIFE, WRONG_TRIES, Access, TooManyTries
from barograph.server.login import onward_path
from tests.server.serving import TOKEN, Address, guarded, serving


class Clock:
    """The time that a test says it is."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(clock: Clock) -> Access:
    return Access(TOKEN, clock)


@pytest.fixture
def address(access: Access) -> Iterator[Address]:
    async def endpoint(_: Request) -> Response:
        return PlainTextResponse("reached")

    with serving(guarded([Route("/{path:path}", endpoint)], access=access)) as address:
        yield address


@pytest.fixture
def browser(address: Address) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address.url, headers={"Accept": "text/html"}) as client:
        yield client


def logged_in(browser: httpx.Client) -> str:
    response = browser.post("/login", data={"token": TOKEN})
    assert response.status_code == 303
    return response.headers["Set-Cookie"]


def test_a_browser_logs_in_and_out(browser: httpx.Client, access: Access) -> None:
    asked = browser.get("/runs?state=FAILED")
    assert asked.status_code == 303
    page = browser.get(asked.headers["Location"])
    assert page.status_code == 200
    answer = browser.post(asked.headers["Location"], data={"token": f" {TOKEN} "})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/runs?state=FAILED")
    assert browser.get("/runs?state=FAILED").text == "reached"
    assert browser.get("/login").headers["Location"] == "/"
    cookie = dict(browser.cookies)
    left = browser.post("/logout")
    assert (left.status_code, left.headers["Location"]) == (303, "/login")
    assert browser.get("/runs").status_code == 303
    browser.cookies.update(cookie)
    assert browser.get("/runs").status_code == 303, "a session that was ended is none, whoever kept its cookie"


def test_the_cookie_is_no_scripts_no_other_sites_and_not_the_token(browser: httpx.Client) -> None:
    cookie = logged_in(browser)
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    assert f"Max-Age={SESSION_LIFE}" in cookie
    assert "Domain" not in cookie
    assert TOKEN not in cookie


def test_with_https_the_cookie_never_travels_without(browser: httpx.Client) -> None:
    browser.headers["X-Forwarded-Proto"] = "https"  # uvicorn takes a proxy's word on this machine
    cookie = logged_in(browser)
    assert cookie.startswith("__Host-barograph_session")
    assert "Secure" in cookie


def test_a_wrong_token_is_told_and_opens_nothing(browser: httpx.Client) -> None:
    for form in ({"token": "wrong"}, {}, {"token": ""}, {str(number): "x" for number in range(20)}, {"token": "é"}):
        response = browser.post("/login", data=form)
        assert response.status_code == 403
        assert "That is not this server's token." in response.text
        assert "Set-Cookie" not in response.headers
    response = browser.post("/login", content=b"\xff\xfe=%%%&token=\xff")
    assert response.status_code == 403


def test_guessing_ends_after_some_tries_for_a_minute(browser: httpx.Client, clock: Clock) -> None:
    session = logged_in(browser).partition(";")[0]
    with httpx.Client(base_url=browser.base_url) as other:
        for _ in range(WRONG_TRIES):
            assert other.post("/login", data={"token": "wrong"}).status_code == 403
        refused = other.post("/login", data={"token": TOKEN})
        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "60"
        assert other.get("/runs", headers={"Cookie": session}).text == "reached", "who is in stays in"
        clock.now += 60
        assert other.post("/login", data={"token": TOKEN}).status_code == 303


def test_another_sites_page_logs_nobody_in(browser: httpx.Client) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        response = browser.post("/login", data={"token": TOKEN}, headers=headers)
        assert response.status_code == 403
        assert "Set-Cookie" not in response.headers
        logged_in(browser)
        assert browser.post("/logout", headers=headers).status_code == 403
        assert browser.get("/").text == "reached"


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "x"],
)
def test_logging_in_leads_to_no_other_site(browser: httpx.Client, elsewhere: str) -> None:
    answer = browser.post("/login", params={"next": elsewhere}, data={"token": TOKEN})
    assert answer.headers["Location"] == "/"
    assert browser.get("/login", params={"next": elsewhere}).headers["Location"] == "/"


def test_the_page_loads_nothing_and_is_in_nobodys_frame(browser: httpx.Client) -> None:
    page = browser.get("/login", params={"next": '"><script>alert(1)</script>'})
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert "alert(1)" not in page.text
    assert "src=" not in page.text
    assert "http" not in page.text


def test_a_link_from_another_site_finds_who_is_logged_in(browser: httpx.Client) -> None:
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert "location.replace" in browser.get("/login", headers=followed).text
    assert "<script" not in browser.get("/login").text


def test_a_session_ends_in_time_and_with_its_token(clock: Clock, access: Access) -> None:
    session = access.begin()

    def known(one: Access, scheme: str = "http", value: str = session) -> bool:
        cookie = f"a=b; {one.cookie(scheme)}=old; {one.cookie(scheme)}={value}"
        return one.session({"type": "http", "scheme": scheme, "headers": [(b"cookie", cookie.encode())]}) is not None

    assert known(access)
    assert known(access, "https")
    assert known(Access(TOKEN, clock)), "a server that was started again knows its sessions"
    assert not known(Access("the-token-of-another-test", clock))
    later = str(int(session.partition(".")[0]) + 1)
    assert not known(access, value=f"{later}.{session.partition('.')[2]}"), "its end is signed"
    clock.now += SESSION_LIFE
    assert not known(access)


def test_servers_with_different_tokens_share_no_cookie() -> None:
    assert Access(TOKEN).cookie("http") != Access("the-token-of-another-test").cookie("http")


@pytest.mark.parametrize(
    "token", ["", "short", "has spaces in it, many", "has-ä-character-no-header-takes", "long-enough\n"]
)
def test_a_token_is_long_and_fits_a_header(token: str) -> None:
    with pytest.raises(ConfigurationError, match="16 or more") as raised:
        Access(token)
    assert not token or token not in str(raised.value)


def test_an_address_has_its_own_tries(clock: Clock, access: Access) -> None:
    def tries(address: str, number: int) -> None:
        for _ in range(number):
            assert not access.admits(b"wrong", address)

    tries("10.0.0.1", WRONG_TRIES)
    tries("::ffff:10.0.0.2", WRONG_TRIES)
    tries("2001:db8::1", WRONG_TRIES)
    for address in ("10.0.0.1", "10.0.0.2", "2001:db8::ffff"):
        with pytest.raises(TooManyTries, match="wait 60 seconds"):
            access.admits(TOKEN.encode(), address)
    assert access.admits(TOKEN.encode(), "10.0.0.3")
    assert access.admits(TOKEN.encode(), "2001:db8:0:1::1")


def test_many_addresses_push_no_count_out_of_memory(clock: Clock, access: Access) -> None:
    for _ in range(WRONG_TRIES):
        access.admits(b"wrong", "192.0.2.1")
    clock.now += 1
    refused = 0
    for number in range(3000):
        try:
            assert not access.admits(b"wrong", f"10.0.{number // 256}.{number % 256}")
        except TooManyTries:
            refused += 1
    assert refused == 2001
    with pytest.raises(TooManyTries):
        access.admits(TOKEN.encode(), "192.0.2.1")
    clock.now += 60
    assert access.admits(TOKEN.encode(), "192.0.2.1")


@given(st.text())
def test_the_way_on_is_always_a_path_of_this_server(given: str) -> None:
    path = onward_path(given)
    assert httpx.URL("http://server.example").join(path).host == "server.example"
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))


@given(st.lists(st.text("abc/%?&=+ü", min_size=1)).map("/".join))
def test_a_path_of_this_server_is_kept(rest: str) -> None:
    if not rest.startswith("/"):
        assert onward_path(f"/{rest}") == f"/{rest}"
