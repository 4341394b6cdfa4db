/** What differs between runs, as it is told in words and tables. Pure. */
import type { Comparison, State } from "@/api/client";
import { keyMetric } from "@/runs/columns";
import { lineName, type MetricLine } from "./metric-lines";

export type Summary = {
  /** Names of the parameters that differ, and how many there are. */
  parameters: { different: string[]; count: number };
  metrics: { different: number; count: number };
  /** The metric that says most, and in which runs it is best. */
  key?: MetricLine;
  tasks: { shared: number; count: number };
  artifacts: { same: number; count: number };
  /** Places of the runs that did not end well. */
  unwell: number[];
};

const WELL: readonly State[] = ["SUCCEEDED", "CACHED", "SKIPPED"];

export function summary(found: Comparison, lines: readonly MetricLine[]): Summary {
  const name = keyMetric(lines.filter(({ better }) => better !== "neither").map(lineName));
  return {
    parameters: {
      different: found.parameters.filter((row) => row.differs).map((row) => row.name),
      count: found.parameters.length,
    },
    metrics: { different: lines.filter((line) => line.differs).length, count: lines.length },
    key: lines.find((line) => lineName(line) === name),
    tasks: { shared: found.tasks.filter((row) => row.shared).length, count: found.tasks.length },
    artifacts: { same: found.artifacts.filter((row) => row.same).length, count: found.artifacts.length },
    unwell: found.runs.flatMap((run, place) => (WELL.includes(run.state) ? [] : [place])),
  };
}

/** How long the bar of each number is, as a share of the longest; 0 where there is none. */
export function bars(cells: MetricLine["cells"]): number[] {
  const numbers = cells.map((cell) => (typeof cell === "number" ? Math.abs(cell) : 0));
  const longest = Math.max(...numbers);
  return numbers.map((number) => (longest > 0 ? number / longest : 0));
}

/** The ids with the one at `place` first: it is the base. */
export function asBase(ids: readonly string[], place: number): string[] {
  const base = ids[place];
  return base === undefined ? [...ids] : [base, ...ids.filter((_, at) => at !== place)];
}

/** The places of the classes of a matrix in an order of classes; those that are not in it come last. */
export function placesByLabel(labels: readonly string[], order: readonly string[]): number[] {
  const rank = (label: string) => (order.includes(label) ? order.indexOf(label) : order.length);
  return labels.map((_, place) => place).sort((a, b) => rank(labels[a]!) - rank(labels[b]!) || a - b);
}
