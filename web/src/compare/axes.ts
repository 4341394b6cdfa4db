/** The axes of a chart in which each run is a line. Pure. */
import type { Comparison, MetricRow, RunRow } from "@/api/client";
import { keyMetric, metricKey, parameterNames } from "@/runs/columns";
import { metricName } from "./differences";

export type Axis = { name: string; values: (number | string | null)[]; words?: string[] };

const MOST = 10;

/** Those parameters and metrics that differ; the metric that says most stands last. */
export function axes(found: Comparison, most = MOST): Axis[] {
  const parameters = found.parameters
    .filter((row) => row.differs)
    .map((row) =>
      axis(
        row.name,
        row.cells.map((cell) => cell?.value),
      ),
    );
  const numeric = found.metrics.filter((row) => row.differs && row.cells.some((cell) => typeof cell === "number"));
  const name = (row: MetricRow) =>
    numeric.filter((each) => each.key === row.key).length > 1 ? metricName(row) : row.key;
  const metrics = numeric.map((row) => ({ full: metricName(row), axis: axis(name(row), row.cells) }));
  return put(parameters, metrics, most);
}

/** The same of runs of a list, as far as they differ. */
export function axesOfRuns(runs: readonly RunRow[], metricNames: readonly string[], most = MOST): Axis[] {
  const parameters = parameterNames(runs).map((name) =>
    axis(
      name,
      runs.map((run) => run.parameters[name]),
    ),
  );
  const metrics = metricNames.map((name) => ({
    full: name,
    axis: axis(
      metricKey(name),
      runs.map((run) => run.metrics[name]),
    ),
  }));
  return put(
    parameters.filter(varies),
    metrics.filter((each) => varies(each.axis)),
    most,
  );
}

function put(parameters: Axis[], metrics: { full: string; axis: Axis }[], most: number): Axis[] {
  const key = keyMetric(metrics.map((each) => each.full));
  const ordered = [...metrics].sort((a, b) => Number(b.full === key) - Number(a.full === key));
  const some = ordered.slice(0, Math.max(1, most - parameters.length)).reverse();
  return [...parameters.slice(0, most - 1), ...some.map((each) => each.axis)];
}

const varies = ({ values }: Axis) => values.some((value) => value !== values[0]);

function axis(name: string, cells: readonly unknown[]): Axis {
  if (cells.every((cell) => cell === undefined || cell === null || typeof cell === "number"))
    return { name, values: cells.map((cell) => (typeof cell === "number" ? cell : null)) };
  const values = cells.map((cell) =>
    cell === undefined || cell === null ? null : typeof cell === "string" ? cell : JSON.stringify(cell),
  );
  return { name, values, words: [...new Set(values.filter((value) => value !== null))] };
}
