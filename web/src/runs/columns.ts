/** Which columns a list of runs can have beside the fixed ones: parameters, and metrics of any task. Pure. */
import type { RunRow } from "@/api/client";

export type Chosen = { id: string; kind: "param" | "metric"; name: string; label: string };

/** Names that tell most first, as the server's `views/headline.py` has them. */
const TELLING = [
  /^((macro|micro|weighted)_)?f1(_(macro|micro|weighted|score))?$/,
  /^accuracy$/,
  /^(roc_)?auc$/,
  /^(val_)?loss$/,
  /^(?!.*train).*(accuracy|f1|auc|score|r2)/,
  /^(?!.*train).*(loss|error)/,
  /accuracy|f1|auc|score|r2/,
  /loss|error/,
];

/** The metric that says most about a run, by its name; undefined where there is none. */
export function keyMetric(names: readonly string[]): string | undefined {
  for (const telling of TELLING) {
    const found = names.find((name) => telling.test(metricKey(name)));
    if (found) return found;
  }
  return names[0];
}

/** The last part of `TASK/ARTIFACT/KEY`. A task's path may hold slashes itself. */
export function metricKey(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

export function suggested(metricNames: readonly string[]): string[] {
  const key = keyMetric(metricNames);
  return key ? [`metric:${key}`] : [];
}

/** Columns as they are shown; where two have the same short name, both go by their long one. */
export function chosen(columns: readonly string[]): Chosen[] {
  const found = columns.flatMap((id): Chosen[] => {
    const kind = id.startsWith("param:") ? "param" : id.startsWith("metric:") ? "metric" : undefined;
    if (!kind) return [];
    const name = id.slice(kind.length + 1);
    return [{ id, kind, name, label: kind === "metric" ? metricKey(name) : name }];
  });
  const twice = (label: string) => found.filter((each) => each.label === label).length > 1;
  return found.map((each) => (twice(each.label) ? { ...each, label: each.name } : each));
}

/** Names of the parameters that any of the runs has. */
export function parameterNames(runs: readonly RunRow[]): string[] {
  return [...new Set(runs.flatMap((run) => Object.keys(run.parameters)))].sort();
}

/** What a click on a column's head asks for: first the one order, then the other, then the newest first again. */
export function nextSort(current: string | undefined, field: string): string | undefined {
  if (current === `${field} desc`) return field;
  return current === field ? undefined : `${field} desc`;
}
