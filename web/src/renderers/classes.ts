/** How many examples a dataset has of each class, as far as it tells. Pure. */
import type { Column } from "@/api/client";

export type Count = { label: string; count: number };

const LABEL =
  /^(label|class|category|target|species|true|truth|y|tag|kind|weather|sentiment)(_?(name|label|id))?$|[_ ](label|class|category)$/i;
const COUNTED = /^(string|large_string|text|integer|boolean|bool|u?int\d*|dictionary.*|date32.*)$/i;

/** What the metadata of a dataset say: under `photos_by_class` or the like, what is counted and the counts. */
export function countsIn(metadata: Record<string, unknown>): { name: string; of: string; counts: Count[] } | undefined {
  for (const [name, value] of Object.entries(metadata)) {
    const of =
      /^(.*?)_?(by|per)_(class|label)$/.exec(name)?.[1] ??
      (/^(class|label)_counts$/.test(name) ? "examples" : undefined);
    if (of === undefined || typeof value !== "object" || value === null) continue;
    const pairs = Object.entries(value).filter((pair): pair is [string, number] => typeof pair[1] === "number");
    if (pairs.length) return { name, of: of || "examples", counts: pairs.map(([label, count]) => ({ label, count })) };
  }
  return undefined;
}

/** The columns whose values can be counted. */
export function countable(columns: readonly Column[]): string[] {
  return columns.filter(({ type }) => COUNTED.test(type)).map(({ name }) => name);
}

/** The column that says what class a row is of, if one is named like that. */
export function labelColumn(columns: readonly Column[]): string | undefined {
  return countable(columns).find((name) => LABEL.test(name));
}

/** How uneven classes are: the largest has so many times as many examples as the smallest. */
export function unevenness(counts: readonly Count[]): number {
  const numbers = counts.map(({ count }) => count);
  const least = Math.min(...numbers);
  return least > 0 ? Math.max(...numbers) / least : Number.POSITIVE_INFINITY;
}
