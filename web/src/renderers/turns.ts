/** The turns of a loop as the rows of a table. Pure. */
import type { Loop, LoopMetric, LoopTurn } from "@/api/client";
import { short, written } from "@/format/numbers";
import { keyMetric } from "@/runs/columns";
import { type Better, bestOf, betterOf, type Chosen } from "./directions";

/** What the turns are for: what a loop goes over, or a key of it where that is a dictionary. */
export type ItemColumn = { id: string; label: string; loop: number; key?: string };

export type MetricColumn = {
  id: string;
  label: string;
  metric: LoopMetric;
  better: Better;
  /** Paths of the turns with the best number. */
  best: ReadonlySet<string>;
  /** Its place in a turn's cells. */
  place: number;
};

export type Table = {
  items: ItemColumn[];
  metrics: MetricColumn[];
  /** Metrics that are the same in all turns. */
  same: { label: string; value: unknown }[];
  /** The metric that says most. */
  key?: MetricColumn;
};

export function tableOf(loop: Loop, chosen: Chosen): Table {
  const items = itemsOf(loop);
  const all = loop.metrics.map((metric, place): MetricColumn => {
    const cells = loop.turns.map((turn) => turn.cells[place] ?? null);
    const better = betterOf(metric, chosen);
    const best = new Set(bestOf(cells, better).map((at) => loop.turns[at]!.path));
    return { id: metricId(metric), label: labelOf(metric, loop.metrics), metric, better, best, place };
  });
  const measured = ({ place }: MetricColumn) => values(loop, place);
  const isSame = (column: MetricColumn) => measured(column).length > 1 && new Set(measured(column)).size === 1;
  const metrics = all.filter((column) => !isSame(column));
  const name = keyMetric(metrics.filter(({ better }) => better !== "neither").map(({ id }) => id));
  const key = metrics.find(({ id }) => id === name);
  return {
    items,
    metrics: [...metrics].sort((a, b) => rank(a, key) - rank(b, key)),
    same: all.filter(isSame).map((column) => ({ label: column.label, value: measured(column)[0] })),
    key,
  };
}

/** What the turns are for. */
export function itemsOf(loop: Loop): ItemColumn[] {
  return loop.items.flatMap((name, place) => itemColumns(loop, name, place));
}

/** The metric that says most comes first, then those that were logged with it. */
function rank({ id, metric, better }: MetricColumn, key: MetricColumn | undefined): number {
  if (id === key?.id) return 0;
  const isBeside = metric.task === key?.metric.task && metric.artifact === key.metric.artifact;
  return (isBeside ? 1 : 3) + Number(better === "neither");
}

export function itemOf(turn: LoopTurn, { loop, key }: ItemColumn): unknown {
  const item = turn.items[loop]?.value;
  return key === undefined ? item : dictionaryOf(item)?.[key];
}

/** An item as a person writes it, numbers with four digits that matter. */
export function itemText(item: unknown): string {
  return item === undefined ? "–" : typeof item === "number" ? short(item) : written(item);
}

/** What a turn is for, in words: `rates 0.01, widths 4`; its number where that is not known. */
export function purpose(turn: LoopTurn, items: readonly ItemColumn[]): string {
  const said = items.flatMap((column) => {
    const item = itemOf(turn, column);
    return item === undefined ? [] : [`${column.label} ${itemText(item)}`];
  });
  return said.join(", ") || `turn ${numberOf(turn.path)}`;
}

/** `3` of `loop[3]`, `3 · 1` of a turn in a turn. */
export function numberOf(path: string): string {
  return [...path.matchAll(/\[(\d+)\]/g)].map((found) => found[1]).join(" · ");
}

/** A task's path without the numbers of turns. */
export function withoutTurns(path: string): string {
  return path.replace(/\[\d+\]/g, "");
}

/** The turns by the column `by`, `-` before it for the largest first; those without a value come last. */
export function sorted(turns: readonly LoopTurn[], table: Table, by: string | undefined): LoopTurn[] {
  const descending = by?.startsWith("-") ?? false;
  const read = by === undefined ? undefined : reader(table, descending ? by.slice(1) : by);
  if (!read) return [...turns];
  const sign = descending ? -1 : 1;
  return turns
    .map((turn) => ({ turn, value: read(turn) }))
    .sort((a, b) => Number(isNone(a.value)) - Number(isNone(b.value)) || sign * compared(a.value, b.value))
    .map(({ turn }) => turn);
}

/** What a click on a column's head sorts by: the best, or the largest, first; then the other way; then as they ran. */
export function nextBy(current: string | undefined, id: string, better: Better = "neither"): string | undefined {
  const first = better === "higher" ? `-${id}` : id;
  const second = better === "higher" ? id : `-${id}`;
  return current === first ? second : current === second ? undefined : first;
}

function reader(table: Table, id: string): ((turn: LoopTurn) => unknown) | undefined {
  const item = table.items.find((each) => each.id === id);
  if (item) return (turn) => itemOf(turn, item);
  const metric = table.metrics.find((each) => each.id === id);
  if (metric) return (turn) => turn.cells[metric.place];
  return id === "seconds" ? (turn) => turn.seconds : undefined;
}

function isNone(value: unknown): boolean {
  return value === null || value === undefined;
}

function compared(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(typeof a === "object" ? JSON.stringify(a) : a).localeCompare(
    String(typeof b === "object" ? JSON.stringify(b) : b),
    "en",
    { numeric: true },
  );
}

function itemColumns(loop: Loop, name: string, place: number): ItemColumn[] {
  const items = loop.turns.map((turn) => turn.items[place]?.value);
  const given = items.filter((item) => item !== undefined);
  const label = loop.items.filter((each) => each === name).length > 1 ? `${name} ${place + 1}` : name;
  const dictionaries = given.map(dictionaryOf).filter((each) => each !== undefined);
  if (!given.length || dictionaries.length < given.length) return [{ id: `item ${place}`, label, loop: place }];
  const keys = [...new Set(dictionaries.flatMap((each) => Object.keys(each)))];
  return keys.map((key) => ({ id: `item ${place} ${key}`, label: key, loop: place, key }));
}

/** An item that is a dictionary, also where the compiled loop takes it as a text of JSON. */
export function dictionaryOf(item: unknown): Record<string, unknown> | undefined {
  if (typeof item === "string" && item.startsWith("{")) {
    try {
      return dictionaryOf(JSON.parse(item));
    } catch {
      return undefined;
    }
  }
  const isDictionary = typeof item === "object" && item !== null && !Array.isArray(item);
  return isDictionary ? (item as Record<string, unknown>) : undefined;
}

function values(loop: Loop, place: number): unknown[] {
  return loop.turns.map((turn) => turn.cells[place]).filter((cell) => !isNone(cell));
}

function metricId({ task, artifact, key }: LoopMetric): string {
  return `${task}/${artifact}/${key}`;
}

/** A metric's name; of two of the same name, with the task's before it. */
function labelOf(metric: LoopMetric, all: readonly LoopMetric[]): string {
  const alike = all.filter(({ key }) => key === metric.key);
  if (alike.length === 1) return metric.key;
  const tasks = new Set(alike.map(({ task }) => task));
  return tasks.size === alike.length ? `${metric.task}/${metric.key}` : metricId(metric);
}

/** The loops that are drawn where the graph is of the group `within`; of one turn, with that turn alone. */
export function loopsWithin(loops: readonly Loop[], within: string): Loop[] {
  if (!within) return [...loops];
  const inside = (path: string) => path === within || path.startsWith(`${within}.`) || path.startsWith(`${within}[`);
  return loops
    .map((loop) => ({ ...loop, turns: loop.turns.filter(({ path }) => inside(path)) }))
    .filter(({ turns }) => turns.length);
}

/** Whether an artifact, by its node, was made in a turn of one of these loops. */
export function isInLoop(node: string, loops: readonly Loop[]): boolean {
  const path = withoutTurns(node);
  return loops.some((loop) => path.startsWith(`${loop.path}.`));
}
