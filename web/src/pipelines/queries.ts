/** What is asked of the registry. KFP's API leaves out what is empty: here it is there. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, body, type PipelineOutput, type PipelineVersionOutput } from "@/api/client";
import { named } from "@/api/queries";

const KFP = "/apis/v2beta1/pipelines";
const OWN = "/apis/barograph/v1";
const MOST = 100;

export type Pipeline = { id: string; name: string; description: string; tags: string[]; created_at: string };
export type Version = Pipeline & { code: string };

/** Tags as they are written: `KEY` or `KEY=VALUE`. */
function tagsOf(tags: Record<string, string> | undefined): string[] {
  return Object.entries(tags ?? {}).map(([key, value]) => (value ? `${key}=${value}` : key));
}

function pipelineOf(sent: Partial<PipelineOutput>): Pipeline {
  return {
    id: sent.pipeline_id ?? "",
    name: sent.display_name || sent.name || "",
    description: sent.description ?? "",
    tags: tagsOf(sent.tags),
    created_at: sent.created_at ?? "",
  };
}

function versionOf(sent: Partial<PipelineVersionOutput>): Version {
  return {
    id: sent.pipeline_version_id ?? "",
    name: sent.name || sent.display_name || "",
    description: sent.description ?? "",
    tags: tagsOf(sent.tags),
    created_at: sent.created_at ?? "",
    code: sent.code_source_url ?? "",
  };
}

/** The pipelines whose names hold `q`, a page after the other. */
export const pipelinesQuery = (q = "") =>
  infiniteQueryOptions({
    queryKey: ["pipelines", q],
    queryFn: async ({ pageParam, signal }) => {
      const query = { page_token: pageParam, page_size: MOST, sort_by: "created_at desc", filter: named(q) };
      const page = await body(api.GET(KFP, { params: { query }, signal }));
      return {
        pipelines: (page.pipelines ?? []).map(pipelineOf),
        total: page.total_size ?? 0,
        next: page.next_page_token ?? "",
      };
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next || null,
  });

export const pipelineQuery = (id: string) =>
  queryOptions({
    queryKey: ["pipeline", id],
    queryFn: async ({ signal }) =>
      pipelineOf(await body(api.GET(`${KFP}/{pipeline_id}`, { params: { path: { pipeline_id: id } }, signal }))),
    enabled: id !== "",
  });

/** A pipeline's versions, the newest first, and how many there are. */
export const versionsQuery = (id: string, most = MOST) =>
  queryOptions({
    queryKey: ["pipeline", id, "versions", most],
    queryFn: async ({ signal }) => {
      const params = { path: { pipeline_id: id }, query: { page_size: most, sort_by: "created_at desc" } };
      const page = await body(api.GET(`${KFP}/{pipeline_id}/versions`, { params, signal }));
      return { versions: (page.pipeline_versions ?? []).map(versionOf), total: page.total_size ?? 0 };
    },
    enabled: id !== "",
  });

const versionPath = (pipelineId: string, versionId: string) => ({
  path: { pipeline_id: pipelineId, version_id: versionId },
});
// What a version runs never changes.
const forEver = { staleTime: Number.POSITIVE_INFINITY } as const;

export const parametersQuery = (pipelineId: string, versionId: string) =>
  queryOptions({
    ...forEver,
    queryKey: ["version", versionId, "parameters"],
    queryFn: async ({ signal }) => {
      const params = versionPath(pipelineId, versionId);
      const path = `${OWN}/pipelines/{pipeline_id}/versions/{version_id}/parameters` as const;
      return (await body(api.GET(path, { params, signal }))).parameters;
    },
    enabled: pipelineId !== "" && versionId !== "",
  });

export const versionGraphQuery = (pipelineId: string, versionId: string) =>
  queryOptions({
    ...forEver,
    queryKey: ["version", versionId, "graph"],
    queryFn: ({ signal }) => {
      const params = versionPath(pipelineId, versionId);
      return body(api.GET(`${OWN}/pipelines/{pipeline_id}/versions/{version_id}/graph`, { params, signal }));
    },
  });

/** Where a version's compiled pipeline is, to be saved. */
export function specUrl(pipelineId: string, versionId: string): string {
  return `${OWN}/pipelines/${pipelineId}/versions/${versionId}/spec`;
}

export const specQuery = (pipelineId: string, versionId: string) =>
  queryOptions({
    ...forEver,
    queryKey: ["version", versionId, "spec"],
    queryFn: ({ signal }) => {
      const params = versionPath(pipelineId, versionId);
      const path = `${OWN}/pipelines/{pipeline_id}/versions/{version_id}/spec` as const;
      return body(api.GET(path, { params, signal, parseAs: "text" }));
    },
  });

/** The newest run of a pipeline, or of a recurring run; null where there is none. */
export const lastRunQuery = (of: { pipeline_id: string } | { recurring_run_id: string }) =>
  queryOptions({
    queryKey: ["last-run", of],
    queryFn: async ({ signal }) => {
      const query = { ...of, page_size: 1 };
      return (await body(api.GET(`${OWN}/runs`, { params: { query }, signal }))).runs[0] ?? null;
    },
  });
