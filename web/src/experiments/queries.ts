/** What the screens of experiments ask the server for. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { asked, fetchRuns } from "@/runs/list";

const MOST = 200;

const predicate = (key: string, operation: string, string_value: string) => ({ key, operation, string_value });

export const experimentsQuery = (q: string, archived: boolean) => {
  const predicates = [predicate("storage_state", "EQUALS", archived ? "ARCHIVED" : "AVAILABLE")];
  if (q) predicates.push(predicate("name", "IS_SUBSTRING", q));
  return queryOptions({
    queryKey: ["experiments", "list", q, archived],
    queryFn: ({ signal }) =>
      body(
        api.GET("/apis/v2beta1/experiments", {
          params: {
            query: { page_size: MOST, sort_by: "created_at desc", filter: JSON.stringify({ predicates }) },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
};

export const experimentQuery = (experiment_id: string) =>
  queryOptions({
    queryKey: ["experiments", "one", experiment_id],
    queryFn: ({ signal }) =>
      body(api.GET("/apis/v2beta1/experiments/{experiment_id}", { params: { path: { experiment_id } }, signal })),
  });

/** The newest runs of an experiment, with some metrics. */
export const newestQuery = (experiment_id: string, count: number, metrics: string[] = []) =>
  queryOptions({
    queryKey: ["newest", experiment_id, count, metrics],
    queryFn: ({ signal }) => fetchRuns(asked({}, { experiment_id }, metrics), undefined, signal, count),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
