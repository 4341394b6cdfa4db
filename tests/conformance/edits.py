"""Compiled pipelines changed by hand, where the SDK can't express what the specification allows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import Workspace

Document = dict[str, Any]


def edited(
    workspace: Workspace,
    pipeline: Any,
    change: Callable[[Document], object] = lambda _: None,
    platform: Document | None = None,
) -> Path:
    """The compiled file of ``pipeline``, its document changed by ``change``, with ``platform`` as what it asks of
    Kubernetes instead of what the SDK wrote."""
    file = workspace.compile(pipeline)
    documents = list(yaml.safe_load_all(file.read_text()))
    change(documents[0])
    if platform is not None:
        documents = [documents[0], {"platforms": {"kubernetes": platform}}]
    file.write_text(yaml.safe_dump_all(documents, allow_unicode=True))
    return file


def on_kubernetes(**executors: Document) -> Document:
    """What executors ask of Kubernetes, by component."""
    return {
        "deploymentSpec": {"executors": {f"exec-{name.replace('_', '-')}": asked for name, asked in executors.items()}}
    }


def task(document: Document, name: str, component: str = "") -> Document:
    """The task ``name`` in the pipeline's root, or in the component named."""
    holder = document["components"][component] if component else document["root"]
    found: Document = holder["dag"]["tasks"][name]
    return found


def container(document: Document, component: str) -> Document:
    """The container that runs ``component``."""
    found: Document = document["deploymentSpec"]["executors"][f"exec-{component}"]["container"]
    return found


def importer(document: Document, component: str = "importer") -> Document:
    """The importer that ``component`` is."""
    found: Document = document["deploymentSpec"]["executors"][f"exec-{component}"]["importer"]
    return found
