/** What the screens ask the server for, each under the key that it is kept by. */
import { keepPreviousData, QueryClient, queryOptions } from "@tanstack/react-query";
import { ApiError, api, body } from "./client";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

const OWN = "/apis/barograph/v1";

/** How many tasks and runs go on is told by events; in a hidden tab, where none are got, it is asked for now and then. */
export const BACKGROUND = { refetchInterval: 15_000, refetchIntervalInBackground: true } as const;

export const runQuery = (runId: string) =>
  queryOptions({
    queryKey: ["run", runId],
    queryFn: ({ signal }) => body(api.GET(`${OWN}/runs/{run_id}`, { params: { path: { run_id: runId } }, signal })),
  });

export const runGraphQuery = (runId: string, within = "", turns?: number) =>
  queryOptions({
    queryKey: ["run", runId, "graph", within, turns],
    queryFn: ({ signal }) =>
      body(
        api.GET(`${OWN}/runs/{run_id}/graph`, {
          params: { path: { run_id: runId }, query: { within, turns } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** By which tasks a run failed. `ended` tells this failure from one before the run was tried again. */
export const failuresQuery = (runId: string, ended: string) =>
  queryOptions({
    queryKey: ["run", runId, "failures", ended],
    queryFn: ({ signal }) =>
      body(api.GET(`${OWN}/runs/{run_id}/failures`, { params: { path: { run_id: runId } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** All loops of a run with their turns, also those that measured nothing. */
export const loopsQuery = (runId: string) =>
  queryOptions({
    queryKey: ["run", runId, "loops", "all"],
    queryFn: ({ signal }) =>
      body(
        api.GET(`${OWN}/runs/{run_id}/loops`, {
          params: { path: { run_id: runId }, query: { measured: false } },
          signal,
        }),
      ),
  });

export const timelineQuery = (runId: string) =>
  queryOptions({
    queryKey: ["run", runId, "timeline"],
    queryFn: ({ signal }) =>
      body(api.GET(`${OWN}/runs/{run_id}/timeline`, { params: { path: { run_id: runId } }, signal })),
  });

export const taskQuery = (runId: string, task: string) =>
  queryOptions({
    queryKey: ["run", runId, "task", task],
    queryFn: ({ signal }) =>
      body(
        api.GET(`${OWN}/runs/{run_id}/tasks/{task_id}`, { params: { path: { run_id: runId, task_id: task } }, signal }),
      ),
  });

export const artifactQuery = (artifactId: string) =>
  queryOptions({
    queryKey: ["artifact", artifactId],
    queryFn: ({ signal }) =>
      body(api.GET(`${OWN}/artifacts/{artifact_id}`, { params: { path: { artifact_id: artifactId } }, signal })),
  });

export const previewQuery = (artifactId: string, path = "", limit?: number, rows?: number) =>
  queryOptions({
    queryKey: ["artifact", artifactId, "preview", path, limit, rows],
    queryFn: ({ signal }) =>
      body(
        api.GET(`${OWN}/artifacts/{artifact_id}/preview`, {
          params: { path: { artifact_id: artifactId }, query: { path, limit, rows } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY, // an artifact never changes
  });

/** Columns `y` of a table over its column `x`. */
export const seriesQuery = (artifactId: string, x: string, y: string[], path = "") =>
  queryOptions({
    queryKey: ["artifact", artifactId, "series", path, x, ...y],
    queryFn: ({ signal }) =>
      body(
        api.GET(`${OWN}/artifacts/{artifact_id}/rows/series`, {
          params: { path: { artifact_id: artifactId }, query: { x, y, path, points: 1000 } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Where an artifact's content is read from, in a sandbox of the server's. */
export function contentUrl(artifactId: string, path = "", download = false): string {
  const query = new URLSearchParams();
  if (path) query.set("path", path);
  if (download) query.set("download", "true");
  const asked = query.toString();
  return `${OWN}/artifacts/${artifactId}/content${asked ? `?${asked}` : ""}`;
}

/** The filter of KFP's lists for what a name holds. */
export function named(q: string): string {
  if (!q) return "";
  return JSON.stringify({ predicates: [{ key: "display_name", operation: "IS_SUBSTRING", string_value: q }] });
}

export const compareQuery = (runIds: string[]) =>
  queryOptions({
    queryKey: ["compare", ...runIds],
    queryFn: ({ signal }) => body(api.GET(`${OWN}/compare`, { params: { query: { runs: runIds.join(",") } }, signal })),
    enabled: runIds.length > 0,
  });
