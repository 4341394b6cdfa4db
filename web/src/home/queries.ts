/** What the first screen asks the server for. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, body, type State } from "@/api/client";
import { asked, fetchRuns } from "@/runs/list";
import { measuredFirst } from "./sparkline";

/** The newest runs in any of these states. */
export const homeRunsQuery = (states: State[], count: number) =>
  queryOptions({
    queryKey: ["home", "runs", states, count],
    queryFn: ({ signal }) =>
      fetchRuns({ ...asked({}, {}, []), state: states.length ? states : undefined }, undefined, signal, count),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000, // should the stream of events be broken
  });

/** The pipelines that were run last, each with its metric over its last runs. */
export const trendsQuery = queryOptions({
  queryKey: ["home", "trends"],
  queryFn: async ({ signal }) => measuredFirst((await body(api.GET("/apis/barograph/v1/trends", { signal }))).trends),
  refetchInterval: 60_000,
});

/** The recurring runs whose time comes next, with their names. */
export const dueQuery = queryOptions({
  queryKey: ["home", "due"],
  queryFn: async ({ signal }) => {
    const [upcoming, named] = await Promise.all([
      body(api.GET("/apis/barograph/v1/schedule/upcoming", { params: { query: { count: 1 } }, signal })),
      body(api.GET("/apis/v2beta1/recurringruns", { params: { query: { page_size: 200 } }, signal })),
    ]);
    const names = new Map((named.recurringRuns ?? []).map((each) => [each.recurring_run_id, each.display_name]));
    return upcoming.upcoming.flatMap(({ recurring_run_id: id, times }) =>
      times[0] ? [{ id, name: names.get(id) ?? id.slice(0, 8), at: times[0] }] : [],
    );
  },
  refetchInterval: 30_000,
});
