"""All that ``/apis/barograph/v1`` answers."""

from barograph.server.api import artifacts, events, logs, previews, runs, search, tasks, views

ROUTERS = (
    runs.router,
    tasks.router,
    logs.router,
    events.router,
    artifacts.router,
    previews.router,
    views.router,
    search.router,
)
