/** What differs between runs, as it is told in words and tables. Pure. */
import type { Comparison, MetricRow, State } from "@/api/client";
import { keyMetric } from "@/runs/columns";

export const metricName = (row: Pick<MetricRow, "task" | "artifact" | "key">) =>
  `${row.task}/${row.artifact}/${row.key}`;

export type Summary = {
  /** Names of the parameters that differ, and how many there are. */
  parameters: { different: string[]; count: number };
  metrics: { different: number; count: number };
  /** The metric that says most, and in which runs it is best. */
  key?: MetricRow;
  tasks: { shared: number; count: number };
  artifacts: { same: number; count: number };
  /** Places of the runs that did not end well. */
  unwell: number[];
};

const WELL: readonly State[] = ["SUCCEEDED", "CACHED", "SKIPPED"];

export function summary(found: Comparison): Summary {
  const name = keyMetric(found.metrics.map(metricName));
  return {
    parameters: {
      different: found.parameters.filter((row) => row.differs).map((row) => row.name),
      count: found.parameters.length,
    },
    metrics: { different: found.metrics.filter((row) => row.differs).length, count: found.metrics.length },
    key: found.metrics.find((row) => metricName(row) === name),
    tasks: { shared: found.tasks.filter((row) => row.shared).length, count: found.tasks.length },
    artifacts: { same: found.artifacts.filter((row) => row.same).length, count: found.artifacts.length },
    unwell: found.runs.flatMap((run, place) => (WELL.includes(run.state) ? [] : [place])),
  };
}

/** Metrics by the artifact that they stand in, in the order in which they come. */
export function grouped(rows: readonly MetricRow[]): { task: string; artifact: string; rows: MetricRow[] }[] {
  const groups = new Map<string, { task: string; artifact: string; rows: MetricRow[] }>();
  for (const row of rows) {
    const name = `${row.task}/${row.artifact}`;
    const group = groups.get(name) ?? { task: row.task, artifact: row.artifact, rows: [] };
    group.rows.push(row);
    groups.set(name, group);
  }
  return [...groups.values()];
}

/** How long the bar of each number is, as a share of the longest; 0 where there is none. */
export function bars(cells: MetricRow["cells"]): number[] {
  const numbers = cells.map((cell) => (typeof cell === "number" ? Math.abs(cell) : 0));
  const longest = Math.max(...numbers);
  return numbers.map((number) => (longest > 0 ? number / longest : 0));
}

/** Whether a change of a metric is a good one; undefined where it is none. */
export function better(row: MetricRow, place: number): boolean | undefined {
  const delta = row.deltas[place];
  if (!delta) return undefined;
  return delta > 0 === (row.direction === "HIGHER");
}

/** The ids with the one at `place` first: it is the base. */
export function asBase(ids: readonly string[], place: number): string[] {
  const base = ids[place];
  return base === undefined ? [...ids] : [base, ...ids.filter((_, at) => at !== place)];
}
