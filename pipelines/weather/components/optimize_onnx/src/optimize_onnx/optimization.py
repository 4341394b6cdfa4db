"""ONNX Runtime's offline optimisation."""

import json
import tempfile
from pathlib import Path

import onnx
import onnxruntime as ort

from optimize_onnx.errors import OnnxModelError

LEVEL = "extended"

_WARNINGS_AND_WORSE = 3  # ONNX Runtime's own number for errors: its warnings are about its own insides.


def optimize(model: Path) -> onnx.ModelProto:
    """The model with its graph simplified: constants folded, operations fused.

    The level is *extended*, not *all*: the last level lays tensors out for the CPU that it runs on, and the file
    would be slow or refused elsewhere. ONNX Runtime does that step anyway, in memory, when it loads the model.

    Args:
        model: file of a model.

    Returns:
        An equivalent model with the same inputs, outputs and metadata; the same bytes for the same model.

    Raises:
        OnnxModelError: ONNX Runtime can't load the file.
    """
    with tempfile.TemporaryDirectory() as folder:
        optimized = Path(folder) / "optimized.onnx"
        options = ort.SessionOptions()
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = str(optimized)
        open_session(model, options)
        result = onnx.load(optimized)
    tidy(result)
    return result


def tidy(model: onnx.ModelProto) -> None:
    """Leave out what ONNX Runtime could have used but did not, and bring into order what it keeps in hash tables."""
    used = {node.domain for node in model.graph.node}
    domains = {entry.domain: entry.version for entry in model.opset_import if entry.domain in used}
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    del model.opset_import[:], model.metadata_props[:]
    model.opset_import.extend(onnx.helper.make_opsetid(domain, domains[domain]) for domain in sorted(domains))
    onnx.helper.set_model_props(model, dict(sorted(metadata.items())))


def open_session(
    model: Path, options: ort.SessionOptions | None = None, *, threads: int | None = None
) -> ort.InferenceSession:
    """A session on the CPU.

    Args:
        model: file of a model.
        options: how to load it.
        threads: that one photo may use; all cores unless told.

    Raises:
        OnnxModelError: ONNX Runtime can't load the file.
    """
    options = options or ort.SessionOptions()
    options.log_severity_level = _WARNINGS_AND_WORSE
    if threads is not None:
        options.intra_op_num_threads = threads
    try:
        return ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    # ONNX Runtime has a tree of errors of its own in C++, most of which is not exported.
    except Exception as error:
        raise OnnxModelError(
            f"ONNX Runtime can't load {model}: {error}; give the onnx_with_transform_model of a training run"
        ) from error


def model_classes(session: ort.InferenceSession) -> tuple[str, ...]:
    """The names of a model's classes, as its metadata has them.

    Raises:
        OnnxModelError: it has none, or does not take photos.
    """
    metadata = session.get_modelmeta().custom_metadata_map
    inputs = [(entry.name, entry.type) for entry in session.get_inputs()]
    if "classes" not in metadata or inputs != [("image", "tensor(uint8)")]:
        raise OnnxModelError(
            "the ONNX model does not take photos as they are, or does not name its classes; give the "
            "onnx_with_transform_model of a training run"
        )
    return tuple(json.loads(metadata["classes"]))
