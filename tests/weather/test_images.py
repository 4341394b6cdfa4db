"""Building the components' images and pushing them: a real docker daemon, a real registry, nothing pulled."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from barograph.config import load_config
from barograph.environments.environment import ensure, environment_of
from barograph.environments.project import read_project
from barograph.executors.process import ProcessExecutor
from barograph.ir.graph import Container
from tests.executors.dockerd import SHELL, docker, dockerd
from tests.weather.bases import PYTHON, folder_of_builder, import_python, registry
from tests.weather.conftest import ROOT, Checkout
from weather.without_cuda import LEFT_OUT

COMPONENTS = ("eval_model", "optimize_onnx", "prep_data", "train_model")

SMALL = """\
ARG BASE=python:3.11-slim
FROM ${{BASE}}
ARG VARIANT=cpu
COPY components/{name}/requirements.lock components/{name}/src /source/
RUN echo ${{VARIANT}} >/variant
USER 1000
"""
"""A Dockerfile that installs nothing, and so takes a second."""

PACKAGES = """
from importlib.metadata import distributions
print(*sorted({f"{each.name.lower().replace('_', '-')} {each.version}" for each in distributions()}), sep="\\n")
"""


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    folder = folder_of_builder()
    with dockerd() as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        yield address


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with registry(tmp_path_factory.mktemp("registry")) as address:
        yield f"{address}/weather"


@dataclass
class Site:
    """A checkout in git, whose images take a second to build."""

    checkout: Checkout
    host: str

    def images(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return self.checkout.call("weather", "images", *arguments, DOCKER_HOST=self.host, **environ)

    def build(self, *arguments: str) -> dict[str, str]:
        """Build images; what is printed of each, by name."""
        done = self.images("build", "--base", SHELL, *arguments)
        assert done.returncode == 0, done.stderr
        return dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if not line.startswith("pushed "))

    def compiled(self, *arguments: str, **environ: str) -> dict[str, set[str]]:
        """Compile the pipeline; its images, by the names of their components."""
        self.said = self.checkout.call("weather", "compile", *arguments, **environ)
        assert self.said.returncode == 0, self.said.stderr
        text = (self.checkout.path / "build" / "weather.yaml").read_text()
        found: dict[str, set[str]] = {name: set() for name in COMPONENTS}
        for reference in re.findall(r"^ +image: (.*)$", text, re.MULTILINE):
            name = re.split("[:@]", reference.rpartition("weather-")[2])[0].replace("-", "_")
            found[name].add(reference)
        return found

    def component(self, name: str) -> Path:
        return self.checkout.path / "pipelines" / "weather" / "components" / name

    def edit(self, component: str) -> None:
        """Change a component's source, in each checkout in another way: all use one daemon."""
        with (self.component(component) / "src" / component / "__init__.py").open("a") as source:
            source.write(f"\n# edited in {self.checkout.path}\n")

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org")
        return subprocess.check_output(("git", "-C", self.checkout.path, *who, *arguments), text=True).strip()

    def commit(self) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "A change")
        return self.git("rev-parse", "HEAD")

    def image(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(docker(self.host, "image", "inspect", name))[0]
        return found

    def labels(self, name: str) -> dict[str, str]:
        return dict(self.image(name)["Config"]["Labels"])


@pytest.fixture
def checkout(checkouts: Callable[[str], Checkout]) -> Checkout:
    found = checkouts("images")
    for name in COMPONENTS:
        file = found.path / "pipelines" / "weather" / "components" / name / "Dockerfile"
        file.write_text(SMALL.format(name=name))
    (found.path / ".gitignore").write_text("build/\n.barograph\nphotos\n__pycache__\n")
    subprocess.run(("git", "init", "--quiet", found.path), check=True)
    return found


@pytest.fixture
def site(checkout: Checkout, host: str) -> Site:
    found = Site(checkout, host)
    found.commit()
    return found


def name_of(site: Site, component: str) -> str:
    digest = read_project(site.component(component)).digest()
    return f"weather-{component.replace('_', '-')}:{digest.removeprefix('sha256:')[:12]}"


def test_images_are_named_by_their_content_and_say_what_they_were_built_from(site: Site) -> None:
    names = [name_of(site, component) for component in COMPONENTS]
    variants = [f"{name}-cuda" for name in names if "train" in name or "eval" in name]
    built = site.build("--variant", "all")
    assert sorted(built) == sorted(names + variants)
    assert all(re.fullmatch(r" *\d+ MB  (\d+ s|cached)", words) for words in built.values()), built
    project = read_project(site.component("train_model"))
    title, description = "weather-train-model", "Trains the weather classifier and exports it."
    assert site.labels(name_of(site, "train_model")) == {
        "org.opencontainers.image.title": title,
        "org.opencontainers.image.description": description,
        "org.opencontainers.image.licenses": "Apache-2.0",
        "org.opencontainers.image.version": "0.1.0",
        "org.opencontainers.image.revision": site.git("rev-parse", "HEAD"),
        "barograph.source-digest": project.digest(),
    }
    for name, variant in ((name_of(site, "train_model"), "cpu"), (f"{name_of(site, 'train_model')}-cuda", "cuda")):
        assert docker(site.host, "run", "--rm", name, "cat", "/variant") == variant
    contents = docker(site.host, "run", "--rm", name_of(site, "prep_data"), "find", "/source", "-name", "*.py*")
    assert "/source/prep_data/photos.py" in contents
    assert "pycache" not in contents


def test_the_variant_for_a_gpu_is_that_of_all_images(site: Site) -> None:
    assert sorted(name.partition("-cuda")[0] for name in site.build("--variant", "cuda")) == sorted(
        name_of(site, component) for component in COMPONENTS
    )


def test_what_is_as_it_was_is_not_built_again_whatever_else_was_committed(site: Site) -> None:
    names = site.build()
    ids = {name: site.image(name)["Id"] for name in names}
    (site.checkout.path / "notes").write_text("of no image\n")
    site.commit()
    assert {words.split()[-1] for words in site.build().values()} == {"cached"}
    assert {name: site.image(name)["Id"] for name in names} == ids


def test_an_edited_component_has_another_image_and_no_other_has(site: Site) -> None:
    before, commit = {name: name_of(site, name) for name in COMPONENTS}, site.git("rev-parse", "HEAD")
    site.build()
    site.edit("eval_model")
    built = site.build()
    assert name_of(site, "eval_model") != before["eval_model"]
    assert set(built) == {*before.values(), name_of(site, "eval_model")} - {before["eval_model"]}
    revision = "org.opencontainers.image.revision"
    assert site.labels(name_of(site, "eval_model"))[revision] == f"{commit}-dirty"
    after = site.commit()
    site.build()
    assert site.labels(name_of(site, "eval_model"))[revision] == after
    assert site.labels(name_of(site, "train_model"))[revision] == commit


def test_a_compiled_pipeline_names_pushed_images_by_their_digests(site: Site, prefix: str) -> None:
    done = site.images("build", "--base", SHELL, "--variant", "all", "--push", f"https://{prefix}/")
    assert done.returncode == 0, done.stderr
    record = json.loads((site.checkout.path / "build" / "images.json").read_text())["images"]
    references = {(each["component"], each["variant"]): each["reference"] for each in record}
    assert sorted(references) == [
        *(("eval_model", "cpu"), ("eval_model", "cuda"), ("optimize_onnx", "cpu")),
        *(("prep_data", "cpu"), ("train_model", "cpu"), ("train_model", "cuda")),
    ]
    assert sorted(re.findall(r"^pushed (.*)$", done.stdout, re.MULTILINE)) == sorted(references.values())
    assert re.fullmatch(rf"{prefix}/weather-train-model@sha256:[0-9a-f]{{64}}", references["train_model", "cuda"])
    assert {
        each["component"]: f"weather-{each['component'].replace('_', '-')}:{each['content']}" for each in record
    } == {name: name_of(site, name) for name in COMPONENTS}
    assert site.compiled() == {name: {references[name, "cpu"]} for name in COMPONENTS}
    assert site.compiled("--variant", "cuda") == {
        name: {references.get((name, "cuda"), references[name, "cpu"])} for name in COMPONENTS
    }
    assert site.compiled(TRAIN_MODEL_DOCKER_URI="mine/weather-train-model:1")["train_model"] == {
        "mine/weather-train-model:1"
    }
    assert site.said.stderr == ""


def test_what_was_pushed_can_be_pulled_by_its_digest(site: Site, prefix: str) -> None:
    site.edit("prep_data")  # so that no other test's image is the same
    site.build("--component", "prep_data")
    name = name_of(site, "prep_data")
    id_ = site.image(name)["Id"]
    assert site.images("push", prefix, "--component", "prep_data").returncode == 0
    (reference,) = site.compiled()["prep_data"]
    for each in (name, f"{prefix}/{name}"):
        docker(site.host, "rmi", each)
    docker(site.host, "pull", reference)
    assert site.image(reference)["Id"] == id_


def test_a_pinned_image_is_the_same_environment_on_this_machine(site: Site, prefix: str) -> None:
    local = site.compiled()
    site.build("--push", prefix)
    pinned = site.compiled()
    executor = ProcessExecutor(load_config(site.checkout.path, {}))
    for name in COMPONENTS:
        ((one,), (other,)) = (local[name], pinned[name])
        assert one != other
        assert executor.identify(Container(one)) == executor.identify(Container(other))


def test_a_pushed_image_of_older_sources_is_not_taken_and_said_to_be(site: Site, prefix: str) -> None:
    site.build("--push", prefix)
    site.edit("eval_model")
    compiled = site.compiled()
    assert compiled["eval_model"] == {name_of(site, "eval_model")}
    assert compiled["train_model"].pop().startswith(f"{prefix}/weather-train-model@sha256:")
    assert site.said.stderr == (
        "eval_model: the image in build/images.json is of older sources; "
        f"{name_of(site, 'eval_model')} is taken. To have a pushed one again: pipeline images build --push PREFIX\n"
    )
    refused = site.images("push", prefix, "--component", "eval_model")
    assert refused.returncode == 1
    assert "it is not built from the source as it is now: pipeline images build" in refused.stderr


def test_an_image_that_cannot_be_built_is_named_with_its_last_words_and_the_others_are_built(site: Site) -> None:
    with (site.component("train_model") / "Dockerfile").open("a") as file:
        file.write("USER 0\nRUN echo no room left >&2 && false\n")
    done = site.images("build", "--base", SHELL)
    assert done.returncode == 1
    assert f"error: {name_of(site, 'train_model')} could not be built:" in done.stderr
    assert "no room left" in done.stderr
    assert len(done.stdout.splitlines()) == 3


def test_a_registry_that_cannot_be_reached_is_told_in_dockers_words(site: Site) -> None:
    name = name_of(site, "prep_data")
    done = site.images("build", "--base", SHELL, "--component", "prep_data", "--push", "127.0.0.1:9/mine")
    assert done.returncode == 1
    assert f"error: {name} could not be pushed:" in done.stderr
    assert "connection refused" in done.stderr


def test_a_component_that_there_is_not_is_refused(site: Site) -> None:
    done = site.images("build", "--component", "train")
    assert done.returncode == 2
    assert "there is no component 'train'; there are eval_model, optimize_onnx, prep_data, train_model" in done.stderr


def test_images_are_listed_with_what_it_takes_to_build_them_by_other_means(checkout: Checkout) -> None:
    listed = json.loads(checkout.call("weather", "images", "list", "--variant", "all", "--json").stdout)
    names = checkout.call("weather", "images", "list", "--variant", "all").stdout.split()
    assert [image["name"] for image in listed] == names
    assert len(names) == len(set(names)) == 6
    (image,) = (one for one in listed if (one["component"], one["variant"]) == ("train_model", "cuda"))
    assert "VARIANT=cuda" in image["arguments"].splitlines()
    content = image["name"].removeprefix(f"{image['repository']}:").removesuffix("-cuda")
    assert f"barograph.source-digest=sha256:{content}" in image["labels"]


def test_docker_that_is_not_there_is_one_sentence(checkout: Checkout, tmp_path: Path) -> None:
    git = shutil.which("git") or ""
    (tmp_path / "git").symlink_to(git)
    said = [
        checkout.call("weather", "images", "build", PATH=str(tmp_path)),
        checkout.call("weather", "images", "build", PATH=_fake(tmp_path / "one", "echo is it running >&2; exit 1")),
        checkout.call(
            *("weather", "images", "build"),
            PATH=_fake(tmp_path / "two", '[ "$1" = version ] || { echo the buildx component is missing >&2; exit 1; }'),
        ),
    ]
    assert [(each.returncode, each.stdout, len(each.stderr.splitlines())) for each in said] == [(2, "", 1)] * 3
    assert "there is no program `docker` on the PATH" in said[0].stderr
    assert "start its daemon, or say in DOCKER_HOST where that is (is it running)" in said[1].stderr
    assert "buildx is missing. Install it" in said[2].stderr


def _fake(folder: Path, script: str) -> str:
    folder.mkdir()
    (folder / "docker").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "docker").chmod(0o755)
    return str(folder)


def test_the_components_dockerfiles_differ_in_nothing_but_names() -> None:
    texts = {
        name: (ROOT / "pipelines" / "weather" / "components" / name / "Dockerfile").read_text() for name in COMPONENTS
    }
    same = {re.sub(f"{name}|{name.replace('_', '-')}", "NAME", texts[name]) for name in ("train_model", "eval_model")}
    assert len(same) == 1
    last = {name: text.partition("AS source\n")[2].replace(name, "NAME") for name, text in texts.items()}
    last["prep_data"] = last["prep_data"].replace(
        "COPY components", "COPY shared/weather_classifier /build/shared/weather_classifier\nCOPY components"
    )
    assert len(set(last.values())) == 1


@pytest.mark.parametrize(
    "component",
    [
        "prep_data",
        *(
            pytest.param(name, marks=pytest.mark.skipif("WEATHER_IMAGES" not in os.environ, reason="takes minutes"))
            for name in ("train_model", "eval_model", "optimize_onnx")
        ),
    ],
)
def test_an_image_holds_the_packages_of_the_local_environment(
    component: str, checkouts: Callable[[str], Checkout], host: str, environments: Path, tmp_path: Path
) -> None:
    """The real Dockerfile. With WEATHER_IMAGES=all, also of those that need torch."""
    import_python(host)
    site = Site(checkouts("images"), host)
    done = site.images("build", "--base", PYTHON, "--component", component)
    if "DO NOT MATCH THE HASHES" in done.stderr:  # before 25.2, pip takes a download that broke off for a whole one
        done = site.images("build", "--base", PYTHON, "--component", component)
    assert done.returncode == 0, done.stderr
    name = name_of(site, component)
    inside = docker(host, "run", "--rm", name, "python", "-c", PACKAGES).splitlines()
    environment = environment_of(read_project(site.component(component)), environments)
    log = tmp_path / "log"
    log.touch()
    with log.open("ab") as output:
        ensure(environment, log, lambda words: subprocess.run(words, stdout=output, stderr=output).returncode, bool)
    python = environment.bin / "python3"
    outside = subprocess.check_output([python, "-I", "-c", PACKAGES], text=True).splitlines()
    assert inside == [each for each in outside if component == "prep_data" or not LEFT_OUT.fullmatch(each.split()[0])]
    assert docker(host, "run", "--rm", name, "id", "-u") == "1000"
    assert docker(host, "run", "--rm", name, "python", "-c", f"import {component}.{MODULES[component]}, kfp") == ""
    size = docker(host, "run", "--rm", name, "sh", "-c", "find / -xdev -path '*/.cache/*' -type f | wc -l")
    assert size == "0"


MODULES = {"prep_data": "photos", "train_model": "training", "eval_model": "evaluation", "optimize_onnx": "__init__"}
