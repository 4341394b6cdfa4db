/** The axes of a chart in which each run is a line. Pure. */
import type { Comparison, RunRow } from "@/api/client";
import { isShareName } from "@/renderers/glossary";
import { numberOf } from "@/renderers/turns";
import { keyMetric, metricKey, parameterNames } from "@/runs/columns";
import { lineName, type MetricLine } from "./metric-lines";

export type Axis = {
  name: string;
  values: (number | string | null)[];
  /** Of what is no number: all that there is, in order. */
  words?: string[];
  /** Whether the numbers are so far apart that they are drawn by their size: 0.001, 0.01, 0.1. */
  wide?: boolean;
};

const MOST = 10;
const WIDE = 100;

/** Those parameters and metrics that differ; the metric that says most stands last. */
export function axes(found: Comparison, lines: readonly MetricLine[], most = MOST): Axis[] {
  const parameters = found.parameters
    .filter((row) => row.differs)
    .map((row) =>
      axis(
        row.name,
        row.cells.map((cell) => cell?.value),
      ),
    );
  const numeric = lines.filter(
    (line) => line.better !== "neither" && line.differs && line.cells.some((cell) => typeof cell === "number"),
  );
  const name = (line: MetricLine) =>
    numeric.filter((each) => each.key === line.key).length > 1 ? lineName(line) : line.key;
  const metrics = numeric.map((line) => ({ full: lineName(line), axis: axis(name(line), line.cells) }));
  return put(
    parameters,
    metrics.filter((each) => varies(each.axis)),
    most,
  );
}

/** The same of runs of a list, as far as they differ. */
export function axesOfRuns(runs: readonly RunRow[], metricNames: readonly string[], most = MOST): Axis[] {
  const parameters = parameterNames(runs).map((name) =>
    axis(
      name,
      runs.map((run) => run.parameters[name]),
    ),
  );
  const short = (name: string) => {
    const isAlone = metricNames.filter((each) => metricKey(each) === metricKey(name)).length === 1;
    return isAlone ? metricKey(name) : [metricKey(name), numberOf(name)].filter(Boolean).join(" of turn ");
  };
  const metrics = metricNames.map((name) => ({
    full: name,
    axis: axis(
      short(name),
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

export function axis(name: string, cells: readonly unknown[]): Axis {
  if (cells.every((cell) => cell === undefined || cell === null || typeof cell === "number")) {
    const values = cells.map((cell) => (typeof cell === "number" ? cell : null));
    const wide = !isShareName(name) && isWide(values.filter((value) => value !== null));
    return wide ? { name, values, wide } : { name, values };
  }
  const values = cells.map((cell) =>
    cell === undefined || cell === null ? null : typeof cell === "string" ? cell : JSON.stringify(cell),
  );
  return { name, values, words: [...new Set(values.filter((value) => value !== null))] };
}

function isWide(numbers: number[]): boolean {
  const least = Math.min(...numbers);
  return least > 0 && Math.max(...numbers) / least >= WIDE;
}
