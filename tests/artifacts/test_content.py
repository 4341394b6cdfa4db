"""Digests and media types."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.artifacts.content import extension_of, media_type_of, read_content
from barograph.artifacts.digest import digest_entries, digest_file, digest_folder, digest_json

_ZIP = b"PK\x03\x04" + bytes(26) + b"archive/data.pkl"
"""How a PyTorch checkpoint begins, which is no word processor's file."""

_NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0\n"), min_size=1)
_ENTRIES = st.dictionaries(_NAMES, st.binary(max_size=8).map(lambda b: "sha256:" + hashlib.sha256(b).hexdigest()))


@given(_ENTRIES, st.randoms())
def test_the_order_of_entries_does_not_count(entries: dict[str, str], random: object) -> None:
    shuffled = list(entries.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert digest_entries(dict(shuffled)) == digest_entries(entries)


@given(_ENTRIES, _ENTRIES)
def test_different_entries_have_different_digests(a: dict[str, str], b: dict[str, str]) -> None:
    assert (digest_entries(a) == digest_entries(b)) == (a == b)


@given(st.dictionaries(st.text(), st.integers()))
def test_equal_json_has_one_digest_whatever_the_order_of_keys(value: dict[str, int]) -> None:
    assert digest_json(dict(reversed(value.items()))) == digest_json(value)


def test_a_file_has_the_digest_that_sha256sum_prints(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"rain")
    assert digest_file(tmp_path / "f") == "sha256:" + hashlib.sha256(b"rain").hexdigest()


def test_a_folder_is_its_names_and_contents_and_not_its_dates(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "deep" / "file").write_text("rain")
    (tmp_path / "b" / "deep" / "file").touch()
    assert digest_folder(tmp_path / "a") == digest_folder(tmp_path / "b")
    (tmp_path / "b" / "deep" / "file").rename(tmp_path / "b" / "deep" / "other")
    assert digest_folder(tmp_path / "a") != digest_folder(tmp_path / "b")


@pytest.mark.parametrize(
    ("content", "schema_title", "metadata", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 32, "system.Artifact", {}, "image/png"),
        (_ZIP, "system.Model", {}, "application/zip"),
        (b"plain words", "system.Artifact", {}, "text/plain"),
        (b"\x00\x01\x02\x03binary", "system.Artifact", {}, "application/octet-stream"),
        (b"<h1>Report</h1>", "system.HTML", {}, "text/html"),
        (b"# Report", "system.Markdown", {}, "text/markdown"),
        (b"anything", "system.Artifact", {"mime_type": "text/csv"}, "text/csv"),
        (b"", "system.Artifact", {}, "text/plain"),
    ],
)
def test_the_media_type_is_said_implied_or_seen(
    content: bytes, schema_title: str, metadata: dict[str, str], media_type: str, tmp_path: Path
) -> None:
    (tmp_path / "f").write_bytes(content)
    assert read_content(tmp_path / "f", schema_title, metadata).media_type == media_type


def test_an_artifact_without_a_file_is_its_metadata(tmp_path: Path) -> None:
    content = read_content(tmp_path / "none", "system.Metrics", {"f1": 0.9})
    assert (content.size, content.media_type) == (None, "")
    assert content.digest == digest_json({"f1": 0.9})


def test_tables_have_a_name_that_programs_know(tmp_path: Path) -> None:
    for media_type, extension in (("application/vnd.apache.parquet", ".parquet"), ("text/csv", ".csv")):
        assert extension_of(media_type, {}) == extension
        (tmp_path / f"t{extension}").write_bytes(b"PAR1")
        assert media_type_of(tmp_path / f"t{extension}") == media_type
