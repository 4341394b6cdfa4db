"""KFP's protocol messages, from the ``kfp-pipeline-spec`` package.

That package puts its module inside ``kfp``, so where the SDK is installed too, a plain
``import kfp.pipeline_spec`` first imports the whole SDK: 1.5 seconds that running a pipeline never needs.
The module is therefore loaded by its file.
"""

import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from typing import Any

_NAME = "kfp.pipeline_spec.pipeline_spec_pb2"


def _load() -> Any:
    if _NAME in sys.modules:
        return sys.modules[_NAME]
    package = importlib.machinery.PathFinder.find_spec("kfp")
    for folder in (package.submodule_search_locations or []) if package else []:
        file = Path(folder) / "pipeline_spec" / "pipeline_spec_pb2.py"
        if file.is_file():
            spec = importlib.util.spec_from_file_location(_NAME, file)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    raise ImportError("the package kfp-pipeline-spec is not installed")


pb: Any = _load()
"""The module generated from ``api/v2alpha1/pipeline_spec.proto``."""
