/** What the task that made an artifact made besides: the scalars of its metrics, and its table of predictions. */
import { useQueries, useQuery } from "@tanstack/react-query";
import type { FullTask } from "@/api/client";
import { artifactQuery, previewQuery, taskQuery } from "@/api/queries";

export type Siblings = {
  scalars: Record<string, number | boolean | string>;
  predictions: { id: string; photos?: number } | null;
};

export const NO_SIBLINGS: Siblings = { scalars: {}, predictions: null };
const NONE: FullTask["artifacts"] = [];

/**
 * @param runId The run, and `task` the id of the task in it; null while that is not known.
 */
export function useSiblings(runId: string | null, task: string | null): Siblings {
  const found = useQuery({ ...taskQuery(runId ?? "", task ?? ""), enabled: runId !== null && task !== null });
  const artifacts = found.data?.artifacts ?? NONE;
  const metrics = artifacts.filter((each) => each.type === "system.Metrics");
  const tables = artifacts.filter((each) => each.media_type === "application/vnd.apache.parquet");
  const previews = useQueries({ queries: metrics.map((each) => previewQuery(each.id)) });
  const records = useQueries({ queries: tables.map((each) => artifactQuery(each.id)) });
  const table = records.map((each) => each.data).find((each) => each?.metadata.kind === "predictions");
  const photos = table?.metadata.photos;
  return {
    scalars: Object.assign({}, ...previews.map(({ data }) => (data?.kind === "metrics" ? data.scalars : {}))),
    predictions: table ? { id: table.id, photos: typeof photos === "number" ? photos : undefined } : null,
  };
}
