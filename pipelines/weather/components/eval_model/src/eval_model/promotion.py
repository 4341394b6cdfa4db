"""Handing a model on: as an artifact, and to where promoted models are kept."""

import shutil
from pathlib import Path
from typing import Any

from eval_model.current import CURRENT, check_address, keep


def promote(onnx_model: Path, torch_model: Path, destination: str, promoted_model: Path) -> dict[str, Any]:
    """Copy a model.

    Args:
        onnx_model: file of the model to use.
        torch_model: file of the checkpoint that it was made from, which the next new model is compared with.
        destination: a path, or a ``file://``, ``gs://`` or ``s3://`` address, to keep both at, see ``current``; empty
            for nowhere.
        promoted_model: file to write; the same as ``onnx_model``.

    Returns:
        What is recorded of it, beyond what was known of ``onnx_model``.

    Raises:
        DestinationError: models can't be kept there.
    """
    recorded: dict[str, Any] = {"promoted_to": ""}
    if destination:
        folder = check_address("destination", destination)
        current = keep(folder, onnx_model.read_bytes(), torch_model.read_bytes())
        print(f"{folder}/{CURRENT} names {current.onnx_model.file} and {current.torch_model.file}", flush=True)
        recorded = {"promoted_to": f"{folder}/{CURRENT}", "promoted_file": current.onnx_model.file}
    shutil.copyfile(onnx_model, promoted_model)
    return recorded
