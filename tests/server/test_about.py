"""What a server says of itself."""

import platform
from importlib.metadata import version
from pathlib import Path

from tests.server.conftest import Server, new_folder, serving
from tests.server.serving import TOKEN
from tests.server.sse import OWN


def test_a_server_says_which_it_is_and_where_it_runs(server: Server) -> None:
    said = server.get(f"{OWN}/about")
    assert said.pop("cores") > 0
    assert said == {
        "version": version("barograph"),
        "python": platform.python_version(),
        "database": server.workspace.config.database_url.partition(":")[0].partition("+")[0],
        "home": str(server.workspace.config.home.path),
        "has_token": False,
    }


def test_a_client_learns_that_there_is_a_session_to_end(tmp_path: Path, environments: Path) -> None:
    folder = new_folder(tmp_path / "workspace", environments)
    with serving(folder, environ={"BAROGRAPH_TOKEN": TOKEN}) as server:
        assert server.http.get(f"{OWN}/about").status_code == 401
        assert server.get(f"{OWN}/about", headers={"Authorization": f"Bearer {TOKEN}"})["has_token"] is True
