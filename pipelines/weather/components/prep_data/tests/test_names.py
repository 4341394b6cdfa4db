import pytest
from hypothesis import given
from hypothesis import strategies as st
from prep_data.errors import SourceError
from prep_data.names import check_classes, check_name, is_wanted, label_of


@pytest.mark.parametrize("name", ["rain/1.jpg", "rain/a/b/1.jpg", "rain/ö ñ.jpg", "rain/a..b", "rain/no-extension"])
def test_ordinary_names_pass(name: str) -> None:
    check_name("source", name)
    assert is_wanted(name)
    assert label_of(name) == "rain"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/rain/1.jpg",
        "rain/../1.jpg",
        "../1.jpg",
        "rain/./1.jpg",
        "rain//1.jpg",
        "rain/",
        "rain\\1.jpg",
        "rain/\x00",
        "rain/a\nb",
        "rain/a\x7f",
        "rain/\udcff.jpg",
    ],
)
def test_names_that_leave_the_source_or_are_no_path_are_refused(name: str) -> None:
    with pytest.raises(SourceError, match="rename it"):
        check_name("source", name)


@given(st.text())
def test_a_name_that_passes_stays_below_the_source(name: str) -> None:
    try:
        check_name("source", name)
    except SourceError:
        return
    assert not name.startswith("/")
    assert not {"", ".", ".."} & set(name.split("/"))
    assert all(ord(character) >= 32 for character in name)


@pytest.mark.parametrize(
    "name", [".hidden", "rain/.DS_Store", ".git/rain/1.jpg", "rain/Thumbs.db", "rain/desktop.ini", "__MACOSX/rain/1"]
)
def test_hidden_files_and_litter_are_not_wanted(name: str) -> None:
    assert not is_wanted(name)


def test_two_classes_are_a_source() -> None:
    check_classes("source", ["rain/1.jpg", "snow/1.jpg"], ["rain", "snow"])


@pytest.mark.parametrize(
    ("names", "folders", "message"),
    [
        ([], [], "source is empty"),
        ([], ["rain"], "class folder 'rain' has no photo"),
        (["rain/1.jpg", "snow/1.jpg"], ["hail", "rain", "snow"], "class folder 'hail' has no photo"),
        (["1.jpg", "2.jpg", "3.jpg"], [], r"'1\.jpg' \(and 2 more\) lies directly in the source.*folder above it"),
        (["1.jpg", "rain/1.jpg"], ["rain"], r"'1\.jpg' lies directly in the source: move it.*rain/1\.jpg"),
        (["photos/rain/1.jpg", "photos/snow/1.jpg"], ["photos"], "'photos' is its only class.*give its path"),
    ],
)
def test_another_layout_is_refused_with_what_to_do(names: list[str], folders: list[str], message: str) -> None:
    with pytest.raises(SourceError, match=message):
        check_classes("source", names, folders)
