"""Search."""

from typing import Annotated

from fastapi import Query

from barograph.server.api.shapes import Router, complete
from barograph.server.backend import Context
from barograph.store import search as found
from barograph.store.search import Hits, Search

router = Router("Search")
complete(found)

_MOST = 50


@router.get("/search")
def search(
    backend: Context,
    q: Annotated[str, Query(max_length=200, description="Part of a name, or the beginning of an id or a digest.")],
    limit: Annotated[int, Query(ge=1, le=_MOST, description="How many of each kind at the most.")] = 10,
) -> Hits:
    """Runs, pipelines, versions, experiments and artifacts that a text may mean."""
    return Search(backend.database).find(q, limit)
