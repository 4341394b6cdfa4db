"""A classifier as ONNX."""

import contextlib
import copy
import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import onnx
import torch
from weather_classifier.checkpoint import Checkpoint
from weather_classifier.scores import Scores

OPSET = 20
"""Has antialiased resizing (18) and all that the backbones need; ONNX Runtime knows it since 1.17."""

INPUT = "input"
SCORES = "scores"


def export_network(checkpoint: Checkpoint) -> onnx.ModelProto:
    """The network as an ONNX model.

    Its input ``input`` is (batch, 3, image_size, image_size) float32, preprocessed; its output ``scores`` is
    (batch, classes) float32, after softmax. The same classifier gives the same bytes.
    """
    size = checkpoint.preprocessing.image_size
    network = Scores(copy.deepcopy(checkpoint.network).cpu()).eval()
    # The exporter puts conversions around every operation on weights that lie channels-last.
    network.to(memory_format=torch.contiguous_format)
    # Two, because the exporter takes a dimension of one for a constant.
    example = torch.zeros(2, 3, size, size)
    with _quiet(), torch.no_grad():
        program = torch.onnx.export(
            network,
            (example,),
            dynamo=True,
            opset_version=OPSET,
            input_names=[INPUT],
            output_names=[SCORES],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            verbose=False,
        )
    assert program is not None
    model = onnx.ModelProto()
    model.CopyFrom(program.model_proto)
    _strip(model)
    describe(model, checkpoint)
    onnx.checker.check_model(model, full_check=True)
    return model


def describe(model: onnx.ModelProto, checkpoint: Checkpoint) -> None:
    """Write into a model's metadata what its user needs to know, and nothing that varies from run to run."""
    model.producer_name, model.producer_version = "pytorch", torch.__version__
    model.doc_string = ""
    del model.metadata_props[:]
    onnx.helper.set_model_props(
        model,
        {
            "classes": json.dumps(checkpoint.classes),
            "image_size": str(checkpoint.preprocessing.image_size),
            "resize_size": str(checkpoint.preprocessing.resize_size),
            "mean": json.dumps(checkpoint.preprocessing.mean),
            "std": json.dumps(checkpoint.preprocessing.std),
            "model": checkpoint.model,
            "random_seed": str(checkpoint.seed),
            "best_epoch": str(checkpoint.best_epoch),
            "weights_sha256": checkpoint.weights_sha256,
        },
    )


def _strip(model: onnx.ModelProto) -> None:
    """Remove what the exporter notes down for its own developers: stack traces, paths of this machine, signatures."""
    graph = model.graph
    graph.name, graph.doc_string = "classifier", ""
    described: list[Any] = [*graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer]
    for item in described:
        item.doc_string = ""
        item.ClearField("metadata_props")
    graph.ClearField("metadata_props")
    # Shapes of what is in between: onnx.checker and ONNX Runtime work them out for themselves.
    graph.ClearField("value_info")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporter's banners and warnings, which are about its own insides, out of the task's log."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "torch.export", "onnxscript", "onnx_ir")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
