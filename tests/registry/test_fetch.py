"""Fetching a package: only from whom it may be, and no more than it may be. The servers are real."""

import pytest

from barograph.errors import ConfigurationError, RequestError
from barograph.ir.package import LIMITS
from barograph.registry.fetch import fetch_package, read_origin
from tests.registry.files import files
from tests.registry.texts import text


def test_a_package_is_fetched_with_its_files_name() -> None:
    with files() as url:
        fetched = fetch_package(f"{url}/a/pipeline.yaml?signature=x", {read_origin(url)})
    assert fetched == (text().encode(), "pipeline.yaml")


def test_nobody_is_asked_who_was_not_named() -> None:
    with files() as url, pytest.raises(RequestError, match=f"nothing from http://localhost:80; it does from: {url}"):
        fetch_package("http://localhost/a/pipeline.yaml", {read_origin(url)})


def test_a_redirect_leads_only_to_whom_may_be_asked() -> None:
    with files() as inside, files(out=f"{inside}/a/pipeline.yaml?signature=x") as url:
        assert fetch_package(f"{url}/out", {read_origin(url), read_origin(inside)})[0] == text().encode()
        with pytest.raises(RequestError, match=f"fetches nothing from {inside}"):
            fetch_package(f"{url}/out", {read_origin(url)})


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "data:text/plain,root",
        "gopher://127.0.0.1:25/x",
        "//127.0.0.1/x",
        "/etc/passwd",
        "http://",
        "http://[::1",
        "http://127.0.0.1:port/x",
        "http://user@127.0.0.1/x",
        "http://127.0.0.1/x\r\nHost: other",
        "",
    ],
)
def test_what_is_no_address_of_a_package_is_refused(address: str) -> None:
    with pytest.raises(RequestError, match="is no address of a package"):
        fetch_package(address, {"http://127.0.0.1:80"})
    with files(out=address) as url, pytest.raises(RequestError):
        fetch_package(f"{url}/out", {read_origin(url)})


def test_no_more_is_read_than_an_upload_may_be() -> None:
    with files() as url:
        content, _ = fetch_package(f"{url}/large", {read_origin(url)})
    assert LIMITS.upload < len(content) <= LIMITS.upload + 2**16


def test_what_is_missing_or_goes_in_circles_says_so() -> None:
    with files(round="/round") as url:
        with pytest.raises(RequestError, match="can't be fetched: 404"):
            fetch_package(f"{url}/nothing", {read_origin(url)})
        with pytest.raises(RequestError, match="can't be fetched: 302"):
            fetch_package(f"{url}/round", {read_origin(url)})
    with pytest.raises(RequestError, match="can't be fetched"):
        fetch_package(f"{url}/gone", {read_origin(url)})


def test_a_server_that_never_ends_is_left() -> None:
    with files() as url, pytest.raises(RequestError, match="longer than"):
        fetch_package(f"{url}/never", {read_origin(url)}, timeout=0.2)


def test_origins_are_told_apart_by_scheme_host_and_port() -> None:
    assert read_origin("HTTPS://Example.com/some/path") == "https://example.com:443"
    assert read_origin("http://[::1]:8080") == "http://[::1]:8080"
    with pytest.raises(ConfigurationError, match="no server's address"):
        read_origin("example.com")
