"""From a deployment's executors, in their JSON form, to what runs a component: a container or an importer."""

from collections.abc import Mapping
from typing import Any

from barograph.errors import PipelineError
from barograph.ir.graph import ComponentInput, Constant, Container, Importer, Resources
from barograph.ir.placeholders import check
from barograph.ir.values import whole


def read_executor(component: str, label: str, executors: Mapping[str, Any]) -> Container | Importer:
    """The executor ``label`` that ``component`` names.

    Raises:
        PipelineError: it is not defined, can't be understood, or is of a kind that one machine has not.
    """
    executor = executors.get(label)
    if executor is None:
        raise PipelineError(f"component {component!r} names the executor {label!r}, which is not defined")
    match executor:
        case {"container": container}:
            return _container(component, label, container)
        case {"importer": importer}:
            return _importer(component, importer)
    kind = next(iter(executor), "empty")
    raise PipelineError(
        f"component {component!r} is of the kind {kind!r}, which no KFP backend on one machine can run; "
        "Barograph runs containers and importers"
    )


def _container(component: str, label: str, container: Mapping[str, Any]) -> Container:
    words = [*container.get("command", []), *container.get("args", [])]
    for word in words:
        if feature := check(word):
            raise PipelineError(f"component {component!r} uses {feature}, which KFP does not have")
    resources = container.get("resources", {})
    accelerator = resources.get("accelerator", {})

    def asked(of: dict[str, Any], new: str, old: str, unit: str = "") -> str:
        number = whole(of.get(old, ""))  # older compilers count memory in gigabytes
        return str(of.get(new) or (f"{number}{unit}" if number else ""))

    return Container(
        container["image"],
        tuple(container.get("command", [])),
        tuple(container.get("args", [])),
        tuple((variable["name"], variable.get("value", "")) for variable in container.get("env", [])),
        Resources(
            asked(resources, "resourceCpuLimit", "cpuLimit"),
            asked(resources, "resourceMemoryLimit", "memoryLimit", "G"),
            asked(accelerator, "resourceType", "type"),
            asked(accelerator, "resourceCount", "count"),
        ),
        label,
    )


def _importer(component: str, importer: Mapping[str, Any]) -> Importer:
    address = importer.get("artifactUri", {})
    match address:
        case {"constant": str() as text}:
            uri: Constant | ComponentInput = Constant(text)
        case {"constant": {"stringValue": str() as text}} | {"constantValue": {"stringValue": str() as text}}:
            uri = Constant(text)
        case {"runtimeParameter": str() as name}:
            uri = ComponentInput(name)
        case _:
            raise PipelineError(f"the importer {component!r} has no address (artifactUri)")
    properties = {**importer.get("properties", {}), **importer.get("customProperties", {})}
    metadata = {
        key: next(iter(value.values()), "") if isinstance(value, dict) else value for key, value in properties.items()
    }
    return Importer(
        uri,
        importer.get("typeSchema", {}).get("schemaTitle") or "system.Artifact",
        bool(importer.get("reimport", False)),
        {**metadata, **whole(importer.get("metadata", {}))},  # type: ignore[dict-item]
        bool(importer.get("downloadToWorkspace", False)),
    )
