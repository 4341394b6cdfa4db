"""All that ``/apis/barograph/v1`` answers."""

from barograph.server.api import about, artifacts, events, logs, previews, rows, runs, schedules, search, tasks, views

ROUTERS = (
    runs.router,
    tasks.router,
    logs.router,
    events.router,
    artifacts.router,
    previews.router,
    rows.router,
    views.router,
    search.router,
    schedules.router,
    about.router,
)
