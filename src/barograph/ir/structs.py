"""A compiled pipeline as one JSON object: how KFP's API carries it.

It is the pipeline spec itself or, where there is a platform spec, both under their names
(``YamlStringToPipelineSpecStruct`` in ``backend/src/apiserver/server/api_util.go``).
"""

from functools import lru_cache
from typing import Any

import yaml

from barograph.errors import PipelineError
from barograph.ir.documents import read_documents

_SMALL = 2**16
"""Characters of a text that is small enough for its object to be kept."""

_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def to_struct(text: str) -> dict[str, Any]:
    """The object for the text of a compiled pipeline, which ``parse_spec`` has accepted. It is shared: leave it as is.

    Raises:
        DocumentError: the text is no YAML or JSON.
    """
    return _kept(text) if len(text) <= _SMALL else _read(text)


def from_struct(struct: dict[str, Any]) -> str:
    """The text for such an object; ``parse_spec`` says whether it is a compiled pipeline.

    Raises:
        PipelineError: it is nested too deep, or holds what is no text.
    """
    documents = [struct]
    if "pipeline_spec" in struct:
        documents = [struct[name] for name in ("pipeline_spec", "platform_spec") if struct.get(name)]
    try:
        text: str = yaml.dump_all(documents, Dumper=_Dumper)
    except RecursionError:
        raise PipelineError("the pipeline is nested too deep") from None
    except UnicodeEncodeError as error:
        raise PipelineError(f"the pipeline holds what is no text: {error}") from None
    return text


def _read(text: str) -> dict[str, Any]:
    documents = [document for document in read_documents(text) if document is not None]
    pipeline: dict[str, Any] = next(each for each in documents if "platforms" not in each)
    platforms = [each for each in documents if "platforms" in each]
    return {"pipeline_spec": pipeline, "platform_spec": platforms[0]} if platforms else pipeline


# A list of versions has the objects of many texts, and is asked for often.
_kept = lru_cache(maxsize=256)(_read)
