"""All that ``/apis/barograph/v1`` answers."""

from barograph.server.api import (
    about,
    artifacts,
    events,
    failures,
    levels,
    logs,
    previews,
    rows,
    run_list,
    runs,
    schedules,
    search,
    specs,
    tasks,
    trends,
    views,
)

ROUTERS = (
    run_list.router,
    runs.router,
    specs.router,
    failures.router,
    tasks.router,
    logs.router,
    events.router,
    artifacts.router,
    previews.router,
    levels.router,
    rows.router,
    views.router,
    trends.router,
    search.router,
    schedules.router,
    about.router,
)
