/** What is asked of recurring runs. KFP's API leaves out what is empty: here it is there. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, body, type RecurringRunOutput, type TriggerOutput } from "@/api/client";
import { named } from "@/api/queries";

const KFP = "/apis/v2beta1/recurringruns";
const OWN = "/apis/barograph/v1/schedule";

export type RecurringRun = {
  id: string;
  name: string;
  description: string;
  enabled: boolean;
  trigger: TriggerOutput | null;
  /** Empty where it holds its pipeline itself. */
  pipelineId: string;
  /** Empty where it takes the newest version each time. */
  versionId: string;
  parameters: Record<string, unknown>;
  most: number;
  catchUp: boolean;
  experimentId: string;
  created_at: string;
  error: string;
};

function recurringRunOf(sent: Partial<RecurringRunOutput>): RecurringRun {
  const reference = sent.pipeline_version_reference;
  return {
    id: sent.recurring_run_id ?? "",
    name: sent.display_name ?? "",
    description: sent.description ?? "",
    enabled: sent.status === "ENABLED",
    trigger: sent.trigger ?? null,
    pipelineId: reference?.pipeline_id ?? "",
    versionId: reference?.pipeline_version_id ?? "",
    parameters: sent.runtime_config?.parameters ?? {},
    most: Number(sent.max_concurrency ?? 1),
    catchUp: !sent.no_catchup,
    experimentId: sent.experiment_id ?? "",
    created_at: sent.created_at ?? "",
    error: sent.error?.message ?? "",
  };
}

export const recurringRunsQuery = (q = "") =>
  infiniteQueryOptions({
    queryKey: ["recurring-runs", "list", q],
    queryFn: async ({ pageParam, signal }) => {
      const query = { page_token: pageParam, page_size: 100, sort_by: "created_at desc", filter: named(q) };
      const page = await body(api.GET(KFP, { params: { query }, signal }));
      return {
        recurringRuns: (page.recurringRuns ?? []).map(recurringRunOf),
        total: page.total_size ?? 0,
        next: page.next_page_token ?? "",
      };
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next || null,
  });

export const recurringRunQuery = (id: string) =>
  queryOptions({
    queryKey: ["recurring-runs", id],
    queryFn: async ({ signal }) => {
      const params = { path: { recurring_run_id: id } };
      return recurringRunOf(await body(api.GET(`${KFP}/{recurring_run_id}`, { params, signal })));
    },
  });

/** The next times of all that are enabled, or of one, by its id. */
export const upcomingQuery = (id = "", count = 1) =>
  queryOptions({
    queryKey: ["recurring-runs", "upcoming", id, count],
    queryFn: async ({ signal }) => {
      const params = { query: { recurring_run_id: id, count } };
      const { upcoming } = await body(api.GET(`${OWN}/upcoming`, { params, signal }));
      return new Map(upcoming.map((each) => [each.recurring_run_id, each]));
    },
    refetchInterval: 30_000, // a time comes without an event
  });

/** The next times of a schedule that is made now. */
export const previewTimesQuery = (schedule: Record<string, string | number> | null) =>
  queryOptions({
    queryKey: ["schedule", "preview", schedule],
    queryFn: async ({ signal }) =>
      (await body(api.GET(`${OWN}/preview`, { params: { query: schedule ?? {} }, signal }))).times,
    enabled: schedule !== null,
    refetchInterval: 30_000,
  });

export function enable(id: string, enabled: boolean) {
  const params = { path: { recurring_run_id: id } };
  const path = enabled ? (`${KFP}/{recurring_run_id}:enable` as const) : (`${KFP}/{recurring_run_id}:disable` as const);
  return body(api.POST(path, { params }));
}

export function remove(id: string) {
  return body(api.DELETE(`${KFP}/{recurring_run_id}`, { params: { path: { recurring_run_id: id } } }));
}
