/** The metrics of compared runs as lines of a table: what loops measured is folded to its best. Pure. */
import type { Comparison, MetricRow, TurnItem } from "@/api/client";
import { type Better, bestOf, betterOf, type Chosen } from "@/renderers/directions";
import { type Range, withRanges } from "@/renderers/ranges";
import { dictionaryOf, itemText, numberOf, withoutTurns } from "@/renderers/turns";
import { turnOf } from "./turn-groups";

/** What a loop goes over that has no name. */
const UNNAMED = "item";

type Cell = MetricRow["cells"][number];

export type MetricLine = {
  /** Path of the task, without the numbers of turns. */
  task: string;
  artifact: string;
  key: string;
  better: Better;
  direction: MetricRow["direction"];
  /** A value for each run; of a loop that of its best turn. */
  cells: Cell[];
  /** Places of the runs with the best number. */
  best: number[];
  differs: boolean;
  /** The range that each run's number lies in, where its ends were logged. */
  ranges?: (Range<Cell> | undefined)[];
  /** Of a metric that was measured in the turns of a loop. */
  turns?: { rows: MetricRow[]; winners: (string | undefined)[]; counts: number[] };
};

export const lineName = ({ task, artifact, key }: Pick<MetricLine, "task" | "artifact" | "key">) =>
  `${task}/${artifact}/${key}`;

export function metricLines(found: Comparison, chosen: Chosen): MetricLine[] {
  const folded = new Map<string, MetricRow[]>();
  for (const row of found.metrics) {
    const name = lineName({ ...row, task: withoutTurns(row.task) });
    folded.set(name, [...(folded.get(name) ?? []), row]);
  }
  const lines = [...folded.values()].map((rows) => lineOf(rows, chosen));
  return grouped(lines).flatMap((group) => ranged(group.lines));
}

/** Lines by the artifact that they stand in, in the order in which they come. */
export function grouped<L extends MetricLine>(lines: readonly L[]): { task: string; artifact: string; lines: L[] }[] {
  const groups = new Map<string, { task: string; artifact: string; lines: L[] }>();
  for (const line of lines) {
    const name = `${line.task}/${line.artifact}`;
    const group = groups.get(name) ?? { task: line.task, artifact: line.artifact, lines: [] };
    group.lines.push(line);
    groups.set(name, group);
  }
  return [...groups.values()];
}

export type Delta = { by: number; share?: number; good?: boolean };

/** How far a run's number is from the base's, and whether that is good; undefined where one of them has none. */
export function deltaOf({ cells, better }: Pick<MetricLine, "cells" | "better">, place: number): Delta | undefined {
  const [base, cell] = [cells[0], cells[place]];
  if (place === 0 || typeof base !== "number" || typeof cell !== "number") return undefined;
  const by = cell - base;
  return {
    by,
    ...(base !== 0 ? { share: by / Math.abs(base) } : {}),
    ...(by !== 0 && better !== "neither" ? { good: by > 0 === (better === "higher") } : {}),
  };
}

const byPath = new WeakMap<Comparison, ReadonlyMap<string, Comparison["turns"][number]>>();

function turnsOf(found: Comparison) {
  let turns = byPath.get(found);
  if (!turns) {
    turns = new Map(found.turns.map((turn) => [turn.path, turn]));
    byPath.set(found, turns);
  }
  return turns;
}

/** What a turn is for in a run, in words; its number where that is not known. */
export function turnWords(found: Comparison, path: string, place: number): string {
  const items = [...path.matchAll(/\[\d+\]/g)].flatMap(({ index, 0: number }) => {
    const item = turnsOf(found).get(path.slice(0, index + number.length))?.cells[place];
    return item ? [itemWords(item)] : [];
  });
  return items.join(", ") || `turn ${numberOf(path)}`;
}

/** `rates 0.01`; of a dictionary what is in it, and of what has no name the value alone. */
function itemWords({ name, value }: TurnItem): string {
  const inside = dictionaryOf(value);
  if (inside)
    return Object.entries(inside)
      .map(([key, inner]) => itemWords({ name: key, value: inner }))
      .join(", ");
  return [name === UNNAMED ? "" : name, itemText(value)].filter(Boolean).join(" ");
}

function lineOf(rows: MetricRow[], chosen: Chosen): MetricLine {
  const [row] = rows as [MetricRow];
  const better = betterOf(row, chosen);
  const task = withoutTurns(row.task);
  const about = { task, artifact: row.artifact, key: row.key, better, direction: row.direction };
  if (rows.length === 1 && row.task === task)
    return { ...about, cells: row.cells, best: bestOf(row.cells, better), differs: row.differs };
  const winners = row.cells.map((_, place) => winner(rows, place, better));
  const cells = winners.map((at, place) => at?.cells[place] ?? null);
  return {
    ...about,
    cells,
    best: bestOf(cells, better),
    differs: rows.some((each) => each.differs),
    turns: {
      rows,
      winners: winners.map((at) => at && turnOf(at)),
      counts: row.cells.map((_, place) => rows.filter((each) => each.cells[place] !== null).length),
    },
  };
}

/** The turn with the best number of a run; where none is better, one only if all have the same. */
function winner(rows: MetricRow[], place: number, better: Better): MetricRow | undefined {
  const there = rows.filter((row) => row.cells[place] !== null);
  const cells = there.map((row) => row.cells[place]);
  if (new Set(cells).size <= 1) return there[0];
  return there[bestOf(cells, better)[0] ?? -1];
}

/** Lines of one artifact, in which the ends of ranges stand with what they are of. */
function ranged(lines: MetricLine[]): MetricLine[] {
  const byKey = new Map(lines.map((line) => [line.key, line]));
  return withRanges(lines.map(({ key }) => key)).map(({ name, range }) => {
    const line = byKey.get(name)!;
    if (!range || line.turns) return line;
    const [low, high] = [byKey.get(range.low)!, byKey.get(range.high)!];
    const ends = line.cells.map((_, place) => ({ low: low.cells[place] ?? null, high: high.cells[place] ?? null }));
    return { ...line, ranges: ends.map((end) => (end.low === null || end.high === null ? undefined : end)) };
  });
}
