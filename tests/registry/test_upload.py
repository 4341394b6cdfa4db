"""Versions: made of a text, recognised by it, and never changed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from barograph.errors import ConflictError, NotFoundError, PipelineError, RequestError
from barograph.registry.reference import find_pipeline, find_version
from barograph.registry.upload import Kept, Upload, add_version, new_pipeline, new_version, upload
from barograph.store.database import open_database
from barograph.store.listing import Operation, Predicate, Query
from barograph.store.pipelines import Pipelines
from barograph.store.records import PipelineVersion
from tests.registry.texts import text


@pytest.fixture
def pipelines(database_url: str) -> Iterator[Pipelines]:
    database = open_database(database_url)
    yield Pipelines(database)
    database.close()


def keep(pipelines: Pipelines, version: str = "", word: str = "hello", **tags: str) -> Kept:
    return upload(pipelines, Upload("greeting", text(word), "greeting.yaml", version, tags=tags))


def tags(pipelines: Pipelines) -> dict[str, dict[str, str]]:
    """The tags of each version."""
    page = pipelines.version_page(pipelines.named("greeting").id, Query())
    return {version.name: dict(version.tags) for version in page.items}


def test_a_first_upload_makes_the_pipeline_and_its_version(pipelines: Pipelines) -> None:
    kept = keep(pipelines, "v1", team="photos")
    assert kept.is_new
    pipeline, version = find_version(pipelines, "greeting")
    assert (pipeline.name, version) == ("greeting", kept.version)
    assert (version.name, version.spec, version.tags) == ("v1", text(), {"team": "photos"})


def test_without_a_name_a_version_is_called_by_its_text(pipelines: Pipelines) -> None:
    first = keep(pipelines)
    assert first.version.name == first.version.digest.removeprefix("sha256:")[:12]
    assert keep(pipelines) == Kept(first.version, is_new=False)
    assert keep(pipelines, word="bye").version.name != first.version.name


def test_without_a_name_a_text_that_has_one_keeps_it(pipelines: Pipelines) -> None:
    keep(pipelines, "v1")
    assert keep(pipelines).version.name == "v1"


def test_the_same_text_under_the_same_name_is_the_same_version_and_gets_the_tags(pipelines: Pipelines) -> None:
    first = keep(pipelines, "v1", team="photos")
    again = keep(pipelines, "v1", stage="test")
    assert (again.version.id, again.is_new) == (first.version.id, False)
    assert tags(pipelines) == {"v1": {"team": "photos", "stage": "test"}}


def test_the_same_text_under_another_name_is_another_version_that_shares_it(pipelines: Pipelines) -> None:
    first = keep(pipelines, "v1")
    second = keep(pipelines, "v2")
    assert second.version.id != first.version.id
    assert second.is_new
    assert second.same == first.version


def test_another_text_under_the_same_name_is_a_conflict(pipelines: Pipelines) -> None:
    keep(pipelines, "v1")
    with pytest.raises(ConflictError, match="versions never change"):
        keep(pipelines, "v1", "bye")
    assert find_version(pipelines, "greeting:v1")[1].spec == text()


def test_of_uploads_at_once_one_makes_the_version_and_all_get_it(pipelines: Pipelines) -> None:
    pipeline = new_pipeline("greeting")
    pipelines.add(pipeline)

    def one(_: int) -> Kept:
        return add_version(pipelines, new_version(pipeline, text(), "greeting.yaml", "v1"))

    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(one, range(8)))
    assert len({each.version.id for each in kept}) == 1
    assert [each.is_new for each in kept].count(True) == 1


def test_a_tag_without_a_value_is_on_one_version_at_a_time(pipelines: Pipelines) -> None:
    keep(pipelines, "v1", latest="", stage="test")
    keep(pipelines, "v2", "bye", latest="", stage="test")
    assert tags(pipelines) == {"v1": {"stage": "test"}, "v2": {"latest": "", "stage": "test"}}
    version = find_version(pipelines, "greeting:v1")[1]
    assert pipelines.tag(version, {"latest": ""}, ["stage"]).tags == {"latest": ""}
    assert tags(pipelines) == {"v1": {"latest": ""}, "v2": {"stage": "test"}}


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("", "v2.0+1b"),
        ("v1", "v1"),
        ("v2.0", "v2.0+1b"),
        ("v2.0+0a", "v2.0+0a"),
        ("latest", "v2.0+1b"),
        ("prod", "v1"),
        ("stage=test", "v2.0+0a"),
        ("stage", "v2.0+0a"),
    ],
)
def test_a_version_is_found_by_its_name_or_a_tag(pipelines: Pipelines, reference: str, name: str) -> None:
    keep(pipelines, "v1", prod="")
    keep(pipelines, "v2.0+0a", "bye", stage="test")
    keep(pipelines, "v2.0+1b", "ciao")
    assert find_version(pipelines, f"greeting:{reference}" if reference else "greeting")[1].name == name


def test_a_version_is_found_by_the_beginning_of_its_id_or_digest(pipelines: Pipelines) -> None:
    version = keep(pipelines, "v1").version
    for reference in (version.id, version.id[:8], version.digest, version.digest.removeprefix("sha256:")[:12]):
        assert find_version(pipelines, f"greeting:{reference}")[1] == version


@pytest.mark.parametrize("reference", ["v2", "v", "sta", "stage=prod", 'a"b', "a\\b", "%", "_1"])
def test_what_is_no_version_is_not_found(pipelines: Pipelines, reference: str) -> None:
    keep(pipelines, "v1", stage="test")
    with pytest.raises(NotFoundError, match="no version or tag"):
        find_version(pipelines, f"greeting:{reference}")


def test_a_pipelines_name_may_have_a_colon(pipelines: Pipelines) -> None:
    pipelines.add(new_pipeline("team:greeting"))
    assert find_pipeline(pipelines, "team:greeting")[0].name == "team:greeting"
    with pytest.raises(NotFoundError, match="no pipeline 'team'"):
        find_pipeline(pipelines, "team:v1")


@pytest.mark.parametrize(
    ("field", "operation", "value", "found"),
    [
        ("tags.stage", Operation.EQUALS, "test", ["v1"]),
        ("tags.prod", Operation.EQUALS, "", ["v2"]),
        ('tags.a"b', Operation.EQUALS, "", []),
        ("tags.stage", Operation.IN, ("test", "other"), ["v1"]),
        ("spec", Operation.IS_SUBSTRING, "echo, bye", ["v2"]),
        ("name", Operation.NOT_EQUALS, "v1", ["v2"]),
    ],
)
def test_versions_are_filtered(
    pipelines: Pipelines, field: str, operation: Operation, value: str, found: list[str]
) -> None:
    keep(pipelines, "v1", stage="test")
    keep(pipelines, "v2", "bye", prod="")
    query = Query((Predicate(field, operation, value),))
    for specs in (False, True):
        page = pipelines.version_page(pipelines.named("greeting").id, query, specs)
        assert ([version.name for version in page.items], page.total) == (found, len(found))
        assert all(bool(version.spec) is specs for version in page.items)


def test_what_could_never_run_here_is_refused_by_its_name(pipelines: Pipelines) -> None:
    resolver = text().replace('container: {image: "probe:test", command: [echo, hello]}', "resolver: {}")
    with pytest.raises(PipelineError, match="resolver"):
        upload(pipelines, Upload("greeting", resolver, "greeting.yaml"))
    with pytest.raises(NotFoundError):
        pipelines.named("greeting")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "n" * 129])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(RequestError, match="name"):
        new_pipeline(name)


def test_a_version_keeps_what_a_person_says_of_it(pipelines: Pipelines) -> None:
    pipeline = new_pipeline("", "Greeting", "says hello")
    assert (pipeline.name, pipeline.display_name) == ("Greeting", "Greeting")
    pipelines.add(pipeline)
    version = new_version(pipeline, text(), "greeting.yaml", code_source_url="https://example.com/greeting.py")
    add_version(pipelines, version)
    found: PipelineVersion = pipelines.version(pipeline.id, version.id)
    assert (found.name, found.code_source_url) == ("Greeting", "https://example.com/greeting.py")
    changed = pipelines.update_version(pipeline.id, version.id, display_name="The first", tags={"stage": "test"})
    assert pipelines.version(pipeline.id, version.id) == changed
    assert (changed.name, changed.spec) == ("Greeting", text())
