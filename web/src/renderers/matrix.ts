/** A confusion matrix as it is shown. Pure. */
import type { ConfusionMatrix } from "@/api/client";
import { short, whole } from "@/format/numbers";

const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export type Counts = (number | null)[][];
export type ClassFigures = {
  label: string;
  support: number;
  precision: number | null;
  recall: number | null;
  f1: number | null;
};
export type Order = "given" | "name" | "confusion";
export type Shown = "counts" | "rows" | "columns";

export function rowSums(counts: Counts): number[] {
  return counts.map((row) => row.reduce<number>((total, count) => total + (count ?? 0), 0));
}

export function columnSums(counts: Counts): number[] {
  return counts.map((_, column) => counts.reduce((total, row) => total + (row[column] ?? 0), 0));
}

/** Precision, recall and F1 of each class; null where there is nothing to divide by. */
export function classFigures({ labels, counts }: ConfusionMatrix): ClassFigures[] {
  const truth = rowSums(counts);
  const taken = columnSums(counts);
  return labels.map((label, place) => {
    const right = counts[place]?.[place] ?? 0;
    const recall = share(right, truth[place] ?? 0);
    const precision = share(right, taken[place] ?? 0);
    const f1 = share(2 * right, (truth[place] ?? 0) + (taken[place] ?? 0));
    return { label, support: truth[place] ?? 0, precision, recall, f1 };
  });
}

export function share(part: number, whole: number): number | null {
  return whole ? part / whole : null;
}

/** The places of the classes in the order that they are shown in: by confusion, those of the most mistakes first. */
export function ordered({ labels, counts }: ConfusionMatrix, order: Order): number[] {
  const places = labels.map((_, place) => place);
  if (order === "name") return places.sort((a, b) => labels[a]!.localeCompare(labels[b]!));
  if (order === "given") return places;
  const rows = rowSums(counts);
  const columns = columnSums(counts);
  const mistakes = places.map(
    (place) => (rows[place] ?? 0) + (columns[place] ?? 0) - 2 * (counts[place]?.[place] ?? 0),
  );
  return places.sort((a, b) => mistakes[b]! - mistakes[a]! || a - b);
}

/** Classes that are confused with each other, the most frequent mistakes first. */
export type Mistake = { truth: number; predicted: number; count: number; share: number };

export function mistakes({ counts }: ConfusionMatrix, most: number): Mistake[] {
  const rows = rowSums(counts);
  const all = counts.flatMap((row, truth) =>
    row.flatMap((count, predicted): Mistake[] =>
      count && truth !== predicted ? [{ truth, predicted, count, share: count / (rows[truth] ?? count) }] : [],
    ),
  );
  return all.sort((a, b) => b.count - a.count || b.share - a.share).slice(0, most);
}

/** The means of the classes' figures: `macro`, in which each class counts the same, and `weighted` by their examples. */
export function means(figures: readonly ClassFigures[]): { macro: ClassFigures; weighted: ClassFigures } {
  const support = figures.reduce((sum, each) => sum + each.support, 0);
  const tested = figures.filter((each) => each.support > 0);
  const mean = (name: "precision" | "recall" | "f1", weight: (each: ClassFigures) => number) => {
    const all = tested.reduce((sum, each) => sum + weight(each), 0);
    // A class that was never predicted has no precision: it counts as 0, as it does in scikit-learn.
    return share(
      tested.reduce((sum, each) => sum + weight(each) * (each[name] ?? 0), 0),
      all,
    );
  };
  const of = (label: string, weight: (each: ClassFigures) => number): ClassFigures => ({
    label,
    support,
    precision: mean("precision", weight),
    recall: mean("recall", weight),
    f1: mean("f1", weight),
  });
  return { macro: of("macro mean", () => 1), weighted: of("weighted mean", (each) => each.support) };
}

/** What stands in a cell: its count, or how many percent of its true, or of its predicted, class that is. */
export function cellText(count: number | null, shown: Shown, all: number, classes: number): string {
  if (!count) return "";
  if (shown === "counts") return countText(count, classes);
  const percent = (count / all) * 100;
  return percent < 1 ? "<1" : String(Math.round(percent));
}

/** A count as it has room in a matrix of so many classes. */
export function countText(count: number, classes: number): string {
  return count < (density(classes) === "dense" ? 1_000 : 10_000) ? short(count) : COMPACT.format(count);
}

/** How large cells are drawn, so that many classes have their place. */
export function density(classes: number): "wide" | "close" | "dense" {
  return classes <= 14 ? "wide" : classes <= 30 ? "close" : "dense";
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-10, 0],
  PageDown: [10, 0],
};

/** The cell that a key leads to; undefined for a key that leads nowhere. */
export function moved(
  key: string,
  [row, column]: readonly [number, number],
  size: number,
): [number, number] | undefined {
  const within = (place: number) => Math.min(size - 1, Math.max(0, place));
  if (key === "Home") return [row, 0];
  if (key === "End") return [row, size - 1];
  const step = STEPS[key];
  return step && [within(row + step[0]), within(column + step[1])];
}

/** What a cell says in words. */
export function told(matrix: ConfusionMatrix, row: number, column: number): string {
  const count = matrix.counts[row]?.[column] ?? 0;
  const all = rowSums(matrix.counts)[row] ?? 0;
  const part = all ? `, ${((count / all) * 100).toFixed(1)} %` : "";
  const truth = matrix.labels[row];
  const of = `${whole(count)} of ${whole(all)} of class ${truth}`;
  return row === column ? `${of} were recognised${part}` : `${of} were taken for ${matrix.labels[column]}${part}`;
}
