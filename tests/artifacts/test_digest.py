"""Digests of text and names, whatever they are made of."""

from pathlib import Path

from barograph.artifacts.digest import digest_folder, digest_json


def test_the_digest_of_ordinary_text_is_that_of_its_utf_8() -> None:
    # printf '{"a":"\xc3\xa9"}' | sha256sum
    assert digest_json({"a": "é"}) == "sha256:b3a092a6af48807fa9482b2ee140105575daa26d5b24b3c0e60a7e2dee6683b1"


def test_text_and_names_that_are_no_utf_8_have_digests(tmp_path: Path) -> None:
    assert digest_json("\udce9") != digest_json("\udcea")
    assert digest_json("\ud800").startswith("sha256:")
    before = digest_folder(tmp_path)
    (tmp_path / b"caf\xe9".decode(errors="surrogateescape")).touch()
    assert digest_folder(tmp_path) != before
