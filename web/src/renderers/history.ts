/** Tables of figures over epochs or steps. Pure. */
import type { Column } from "@/api/client";

const OVER = /^(global[ _]?)?(epoch|step|iteration|iter|round)s?$/i;
/** What a training tells of itself at every step. */
const FIGURES =
  /loss|accuracy|\bacc\b|error|f1|auc|precision|recall|perplexity|reward|score|mse|mae|\blr\b|learning.?rate/i;
const NUMBER = /^(integer|number|u?int\d*|float\d*|double|halffloat|half_float|decimal.*)$/i;

type Cell = string | number | boolean | null;
type Table = { columns: Column[]; rows: Cell[][] };

/** The columns that hold numbers. */
export function numberColumns(columns: readonly Column[]): string[] {
  return columns.filter(({ type }) => NUMBER.test(type)).map(({ name }) => name);
}

/** The column that the others are drawn over, if one is named like that. */
export function overColumn(columns: readonly string[]): string | undefined {
  return columns.find((name) => OVER.test(name));
}

/**
 * Whether a table tells how something went, step by step: its metadata say so, or its columns do. Those are all numbers,
 * one counts epochs or steps upwards, and another one is a loss or the like.
 */
export function isHistory({ columns, rows }: Table, metadata: Record<string, unknown>): boolean {
  const names = columns.map(({ name }) => name);
  const over = overColumn(names);
  if (metadata.kind === "history") return numberColumns(columns).length >= 2;
  if (metadata.kind !== undefined || over === undefined) return false;
  return (
    numberColumns(columns).length === columns.length &&
    names.some((name) => name !== over && FIGURES.test(name)) &&
    counts(rows.map((row) => Number(row[names.indexOf(over)])))
  );
}

/** What a table can be drawn as: its numbers over one of them; undefined where it has too few. */
export function drawable(
  columns: readonly Column[],
  x?: string,
): { x: string; y: string[]; choices: string[] } | undefined {
  const choices = numberColumns(columns);
  const [first] = choices;
  if (first === undefined || choices.length < 2) return undefined;
  const over = x !== undefined && choices.includes(x) ? x : (overColumn(choices) ?? first);
  return { x: over, y: choices.filter((name) => name !== over), choices };
}

/** Curves that belong in one chart: losses with losses, all else with its kind. The charts by their names. */
export function charts(names: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const name of names) {
    const kind =
      name
        .toLowerCase()
        .split(/[^a-z0-9]+/)
        .filter(Boolean)
        .at(-1) ?? name;
    found.set(kind, [...(found.get(kind) ?? []), name]);
  }
  return found;
}

/** Whether numbers go up from the first to the last, by steps that are whole. */
function counts(numbers: readonly number[]): boolean {
  return (
    numbers.length > 0 && numbers.every((each, at) => Number.isInteger(each) && (at === 0 || each > numbers[at - 1]!))
  );
}
