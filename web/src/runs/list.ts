/** The pages of a list of runs that are loaded, and what becomes of them as runs change. Pure, but for the query. */
import { type InfiniteData, infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { api, body, type RunChange, type RunList, type RunRow, type State } from "@/api/client";
import type { RunsSearch } from "./search";

export type Fixed = { experiment_id?: string; recurring_run_id?: string; pipeline_id?: string };
export type Pages = InfiniteData<RunList, string>;
export type Asked = ReturnType<typeof asked>;

const PAGE = 200;
export const NEWEST = "created_at desc";

/** What the server is asked for. */
export function asked(search: RunsSearch, fixed: Fixed, metrics: string[]) {
  return {
    q: search.q,
    state: search.state?.split(",") as State[] | undefined,
    pipeline: search.pipeline,
    experiment_id: search.experiment,
    archived: search.archived,
    where: search.where,
    metrics: metrics.length ? metrics : undefined,
    sort_by: search.sort ?? NEWEST,
    ...fixed,
  };
}

export const fetchRuns = (wanted: Asked, page_token?: string, signal?: AbortSignal, page_size = PAGE) =>
  body(api.GET("/apis/barograph/v1/runs", { params: { query: { ...wanted, page_token, page_size } }, signal }));

export const runsQuery = (wanted: Asked) =>
  infiniteQueryOptions({
    queryKey: ["runs", wanted],
    queryFn: ({ pageParam, signal }) => fetchRuns(wanted, pageParam || undefined, signal),
    initialPageParam: "",
    getNextPageParam: (last: RunList) => last.next_page_token || undefined,
    placeholderData: keepPreviousData,
    // To read all loaded pages again would be slow after a long scroll: events tell what changes (useLiveRuns).
    staleTime: Number.POSITIVE_INFINITY,
  });

/** A first page that was read anew is laid over the loaded ones: what is new stands ahead, nothing stands twice. */
export function withFresh(pages: Pages, fresh: RunList): Pages {
  const ids = new Set(fresh.runs.map((run) => run.id));
  const rest = pages.pages.map((page) => ({ ...page, runs: page.runs.filter((run) => !ids.has(run.id)) }));
  const [first, ...others] = rest;
  if (!first) return pages;
  if (!others.length && !fresh.next_page_token) return { ...pages, pages: [fresh] };
  const names = [...new Set([...fresh.metric_names, ...first.metric_names])].sort();
  const merged = { ...first, runs: [...fresh.runs, ...first.runs], total: fresh.total, metric_names: names };
  return { ...pages, pages: [merged, ...others] };
}

/** The loaded runs as they are after some changes of state; those that a filter no longer lets through are left out. */
export function changed(pages: Pages, changes: ReadonlyMap<string, RunChange>, states?: readonly State[]): Pages {
  return {
    ...pages,
    pages: pages.pages.map((page) => {
      if (!page.runs.some((run) => changes.has(run.id))) return page;
      const runs = page.runs.map((run) => after(run, changes.get(run.id)));
      return { ...page, runs: states ? runs.filter((run) => states.includes(run.state)) : runs };
    }),
  };
}

export function without(pages: Pages, ids: ReadonlySet<string>): Pages {
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      runs: page.runs.filter((run) => !ids.has(run.id)),
      total: Math.max(0, page.total - ids.size),
    })),
  };
}

function after(run: RunRow, change?: RunChange): RunRow {
  if (!change) return run;
  const { name, state, started_at, finished_at } = change;
  const seconds =
    started_at && finished_at ? Math.max(0, (Date.parse(finished_at) - Date.parse(started_at)) / 1000) : null;
  return { ...run, name, state, started_at, finished_at, seconds, error: change.error.split("\n")[0] ?? "" };
}
