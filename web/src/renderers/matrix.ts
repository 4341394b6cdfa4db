/** A confusion matrix as it is shown. Pure. */
import type { ConfusionMatrix } from "@/api/client";

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

/** What a cell says in words. */
export function told(matrix: ConfusionMatrix, row: number, column: number): string {
  const count = matrix.counts[row]?.[column] ?? 0;
  const all = rowSums(matrix.counts)[row] ?? 0;
  const part = all ? `, ${((count / all) * 100).toFixed(1)} %` : "";
  const truth = matrix.labels[row];
  if (row === column) return `${count} of ${all} of class ${truth} were recognised${part}`;
  return `${count} of ${all} of class ${truth} were taken for ${matrix.labels[column]}${part}`;
}
