"""The secrets file, and what a task gets from it."""

import errno
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph import secrets as secrets_module
from barograph.errors import ConfigurationError
from barograph.home import Home
from barograph.ir.graph import ComponentInput, Constant, TaskOutput
from barograph.ir.platform import EnvFrom, EnvKind, Files, FilesKind, Platform
from barograph.secrets import Redactor, Secrets, default_path, environment, files, read_secrets, redact, redact_file

TEXT = """
[secrets.my-secret]
password = "correct horse"
"tls.key" = "line one of it\\nline two of it\\n"

[config_maps.settings]
level = "debug"
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, mode: int = 0o600) -> Path:
        path = tmp_path / "secrets.toml"
        path.write_text(text)
        path.chmod(mode)
        return path

    return write


@pytest.fixture
def secrets(write: Callable[..., Path]) -> Secrets:
    return read_secrets(write(TEXT))


def secret_env(variable: str, name: str, key: str, optional: bool = False) -> EnvFrom:
    return EnvFrom(variable, EnvKind.SECRET, Constant(name), key, optional)


def test_a_secrets_file_is_read(secrets: Secrets) -> None:
    assert (secrets.secret("my-secret") or {})["password"] == "correct horse"
    assert secrets.config_map("settings") == {"level": "debug"}
    assert secrets.secret("settings") is None
    assert secrets.config_map("my-secret") is None


def test_the_values_to_redact_are_those_of_secrets_whole_and_line_by_line(secrets: Secrets) -> None:
    both = "line one of it\nline two of it"
    assert secrets.values() == {"correct horse", both, f"{both}\n", "line one of it", "line two of it"}


def test_its_repr_shows_no_value(secrets: Secrets) -> None:
    assert "horse" not in repr(secrets)


def test_a_file_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    secrets = read_secrets(default_path(Home(tmp_path)))
    assert secrets == Secrets(tmp_path / "secrets.toml")
    assert secrets.values() == frozenset()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_can_read_is_refused_with_the_command_that_helps(
    write: Callable[..., Path], mode: int
) -> None:
    path = write(TEXT, mode)
    with pytest.raises(ConfigurationError, match=f"chmod 600 {path}"):
        read_secrets(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[secrets", "not valid TOML"),
        ('[secrets.a]\nb = "hidden" hidden', r"not valid TOML \(at line 2"),
        ("[secret.a]\nb = 'hidden'", "no such table: secret;"),
        ("secrets = 3", "secrets must be a table"),
        ("[secrets]\nb = 'hidden'", "secrets.b must be a table"),
        ("[secrets.a]\nb = 424242", "secrets.a.b must be text"),
        ("[config_maps.a]\nb = ['hidden']", "config_maps.a.b must be text"),
        ("[secrets.a]\n'../b' = 'hidden'", "the key '../b'"),
        ("[secrets.a]\n'..' = 'hidden'", "the key '..'"),
    ],
)
def test_what_is_wrong_in_it_is_named_and_no_value_shown(write: Callable[..., Path], text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        read_secrets(write(text))
    assert "hidden" not in str(caught.value)
    assert "424242" not in str(caught.value)


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="can't be read"):
        read_secrets(tmp_path)


def test_redacted_text_has_stars_for_values() -> None:
    assert redact("the password is hunter22!", ["hunter22"]) == "the password is ***!"
    assert redact("hunter22hunter22", ["hunter22"]) == "******"


def test_the_longest_value_is_replaced_first() -> None:
    assert redact("abcdefgh", ["abcd", "abcdefgh"]) == "***"


def test_values_that_overlap_are_replaced_together() -> None:
    assert redact("<abcdefg>", ["abcd", "bcdefg"]) == "<***>"


def test_short_values_are_left_alone() -> None:
    assert redact("a yes or no", ["", "a", "yes"]) == "a yes or no"


SHORT = st.text("abc\n", max_size=8)


@given(st.text("abc\n ", max_size=40), st.lists(SHORT, max_size=5))
def test_no_value_is_left_in_redacted_text(text: str, values: list[str]) -> None:
    redacted = redact(text, values)
    assert all(value not in redacted for value in values if len(value) >= 4)


@given(st.text("abcdefgh", max_size=20), st.text("abcdefgh", max_size=20), st.text("0123456789", min_size=4))
def test_everything_around_a_value_stays(before: str, after: str, value: str) -> None:
    assert redact(before + value + after, [value]) == f"{before}***{after}"


@given(st.text("abc", max_size=40), st.lists(SHORT, max_size=5))
def test_the_order_of_values_does_not_matter(text: str, values: list[str]) -> None:
    assert redact(text, values) == redact(text, values[::-1])


def test_a_tasks_environment_says_which_variables_are_secret(secrets: Secrets) -> None:
    platform = Platform(
        env=(
            secret_env("PASSWORD", "my-secret", "password"),
            EnvFrom("LEVEL", EnvKind.CONFIG_MAP, ComponentInput("config"), "level"),
            EnvFrom("POD", EnvKind.FIELD_PATH, None, "metadata.name"),
            EnvFrom("TEAM", EnvKind.FIELD_PATH, None, "metadata.labels['team']"),
            EnvFrom("NODE", EnvKind.FIELD_PATH, None, "spec.nodeName"),
        ),
        labels=(("team", "weather"),),
    )
    variables, secret = environment(platform, secrets, {"config": "settings"}, {"metadata.name": "train-1"}, "train")
    assert variables == {
        "PASSWORD": "correct horse",
        "LEVEL": "debug",
        "POD": "train-1",
        "TEAM": "weather",
        "NODE": "",
    }
    assert secret == {"PASSWORD"}


def test_a_variable_that_is_set_twice_keeps_the_last_value(secrets: Secrets) -> None:
    level = EnvFrom("X", EnvKind.CONFIG_MAP, Constant("settings"), "level")
    platform = Platform(env=(secret_env("X", "my-secret", "password"), level))
    assert environment(platform, secrets, {}, {}, "train") == ({"X": "debug"}, frozenset())


def test_a_name_can_come_from_another_tasks_output(secrets: Secrets) -> None:
    output = TaskOutput("make", "name")
    platform = Platform(env=(EnvFrom("X", EnvKind.SECRET, output, "password"),))
    assert environment(platform, secrets, {}, {}, "train", {output: "my-secret"})[0] == {"X": "correct horse"}


def test_without_a_name_nothing_is_set_or_mounted(secrets: Secrets, tmp_path: Path) -> None:
    name = ComponentInput("optional")
    platform = Platform(
        env=(EnvFrom("X", EnvKind.SECRET, name, "password"),), files=(Files(FilesKind.SECRET, name, "/mnt"),)
    )
    assert environment(platform, secrets, {"optional": None}, {}, "train") == ({}, frozenset())
    assert files(platform, secrets, {"optional": None}, tmp_path / "mounts", "train") == []


@pytest.mark.parametrize(("name", "key"), [("other.one", "password"), ("my-secret", "user")])
def test_a_missing_secret_is_named_with_the_place_to_put_it(secrets: Secrets, name: str, key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        environment(Platform(env=(secret_env("X", name, key),)), secrets, {}, {}, "train", {})
    message = str(caught.value)
    assert f"task 'train' needs the key {key!r} of the secret {name!r}" in message
    assert ("[secrets.my-secret]" if name == "my-secret" else '[secrets."other.one"]') in message
    assert str(secrets.path) in message
    assert environment(Platform(env=(secret_env("X", name, key, True),)), secrets, {}, {}, "train") == ({}, frozenset())


def test_secrets_become_files_that_only_the_owner_can_read(secrets: Secrets, tmp_path: Path) -> None:
    folder = tmp_path / "work" / "mounts"
    platform = Platform(
        files=(
            Files(FilesKind.SECRET, ComponentInput("name"), "/mnt/secret"),
            Files(FilesKind.CONFIG_MAP, Constant("settings"), "/mnt/config"),
        )
    )
    (secret, secret_path), (config, config_path) = files(platform, secrets, {"name": "my-secret"}, folder, "train")
    assert (secret_path, config_path) == ("/mnt/secret", "/mnt/config")
    assert {file.name: file.read_text() for file in secret.iterdir()} == secrets.secret("my-secret")
    assert (config / "level").read_text() == "debug"
    for path, mode in ((folder, 0o700), (secret, 0o700), (secret / "password", 0o600), (config / "level", 0o600)):
        assert stat.S_IMODE(path.stat().st_mode) == mode


def test_files_of_an_earlier_attempt_are_replaced(secrets: Secrets, tmp_path: Path) -> None:
    platform = Platform(files=(Files(FilesKind.SECRET, Constant("my-secret"), "/mnt"),))
    [(folder, _)] = files(platform, secrets, {}, tmp_path / "mounts", "train")
    (folder / "left").touch()
    [(again, _)] = files(platform, secrets, {}, tmp_path / "mounts", "train")
    assert sorted(file.name for file in again.iterdir()) == ["password", "tls.key"]


def test_a_missing_secret_is_an_empty_folder_only_where_it_is_optional(secrets: Secrets, tmp_path: Path) -> None:
    name = ComponentInput("name")
    outside = {"name": "../../outside"}
    [(folder, _)] = files(
        Platform(files=(Files(FilesKind.SECRET, name, "/mnt", optional=True),)), secrets, outside, tmp_path / "m", "t"
    )
    assert folder.parent == tmp_path / "m"
    assert list(folder.iterdir()) == []
    with pytest.raises(ConfigurationError, match="task 'train' needs the config map 'gone'"):
        files(
            Platform(files=(Files(FilesKind.CONFIG_MAP, name, "/mnt"),)), secrets, {"name": "gone"}, tmp_path, "train"
        )


@given(
    st.text(alphabet="ab*\n\u00e9", max_size=60),
    st.lists(st.text(alphabet="ab\n\u00e9", min_size=1, max_size=7), max_size=4),
    st.lists(st.integers(1, 9), max_size=30),
)
def test_text_in_pieces_is_redacted_as_it_is_in_one(text: str, values: list[str], cuts: list[int]) -> None:
    redactor, rest, given_ = Redactor(values), text.encode(), b""
    for cut in cuts:
        given_ += redactor.feed(rest[:cut])
        rest = rest[cut:]
        assert redact(text, values).encode().startswith(given_)
    assert given_ + redactor.feed(rest) + redactor.end() == redact(text, values).encode()


def test_a_redacted_file_keeps_its_mode(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("it is hunter2\n")
    log.chmod(0o600)
    redact_file(log, ["hunter2"])
    assert log.read_text() == "it is ***\n"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [log]


def test_a_full_disk_leaves_a_file_as_it_was_and_none_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> Iterator[bytes]:
        yield b"it"
        raise OSError(errno.ENOSPC, "No space left on device")

    log = tmp_path / "log"
    log.write_text("it is hunter2\n")
    monkeypatch.setattr(secrets_module, "redacted_pieces", full)
    with pytest.raises(OSError, match="No space"):
        redact_file(log, ["hunter2"])
    assert list(tmp_path.iterdir()) == [log]
    assert log.read_text() == "it is hunter2\n"
