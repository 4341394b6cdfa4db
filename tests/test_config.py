"""What barograph.toml may say."""

import re

import pytest

from barograph.config import load_config
from barograph.errors import ConfigurationError
from tests.conftest import Workspace


@pytest.mark.parametrize(
    ("glob", "name"),
    [("probe:*", "probe"), ("probe:test", "probe"), ("host:5000/a/probe:1*", "host:5000/a/probe"), ("p@sha256:*", "p")],
)
def test_a_glob_with_a_tag_which_would_fit_no_image_is_refused(workspace: Workspace, glob: str, name: str) -> None:
    (workspace.path / "barograph.toml").write_text(f'home = "home"\n[images]\n"*" = "probe"\n"{glob}" = "probe"\n')
    with pytest.raises(ConfigurationError, match=rf'line 4: .*"{re.escape(glob)}" fits no image.* write "{name}"'):
        load_config(workspace.path, {})


def test_a_glob_with_a_registrys_port_is_one_of_names(workspace: Workspace) -> None:
    (workspace.path / "barograph.toml").write_text('[images]\n"host:5000/*" = "probe"\n')
    assert load_config(workspace.path, {}).project_of("host:5000/a/probe:1") == workspace.path / "probe"
