"""Addresses of artifacts."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kfp.dsl import Artifact

from barograph.artifacts.uri import SCHEMES, check_root, is_remote, launcher_path, local_path, split
from barograph.errors import ArtifactError, ConfigurationError

NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1).filter(
    lambda name: name not in (".", "..")
)


@given(st.sampled_from(sorted(SCHEMES)), st.lists(NAMES, min_size=1, max_size=5))
def test_a_remote_artifact_is_where_kfp_s_sdk_looks_for_it(scheme: str, names: list[str]) -> None:
    uri = f"{scheme}://{'/'.join(names)}"
    assert is_remote(uri)
    assert local_path(uri) is None
    assert launcher_path(uri) == Artifact(uri=uri).path
    assert split(uri)[1] == "/".join(names)
    assert check_root(f"{uri}/") == uri


@pytest.mark.parametrize("uri", ["/a/b", "a/b", "file:///a/b", "https://example.test/a", "bq://project.table", "gs:/a"])
def test_what_is_not_in_an_object_store_stays_as_it_is(uri: str) -> None:
    assert not is_remote(uri)
    assert launcher_path(uri) == uri


@pytest.mark.parametrize("uri", ["gs://", "s3:///name", "minio://bucket/../name", "gs://.."])
def test_an_address_that_can_be_no_file_is_refused(uri: str) -> None:
    with pytest.raises(ArtifactError, match=r"names no bucket|has a part"):
        split(uri)
    with pytest.raises(ConfigurationError, match="the pipeline root"):
        check_root(uri)


def test_a_root_is_a_folder_or_a_remote_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert check_root("artifacts") == str(tmp_path / "artifacts")
    assert check_root("file:///data") == "/data"
    assert check_root("~/data") == str(Path.home() / "data")
    with pytest.raises(ConfigurationError, match="can't hold artifacts; give a folder, gs://bucket/prefix, s3://"):
        check_root("memory://bucket")
