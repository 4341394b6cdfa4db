/** Tables of figures over epochs or steps. Pure. */

const OVER = /^(epoch|step|iteration|round)s?$/i;
const LEAST = 2;

/** The column that the others are drawn over. */
export function overColumn(columns: string[]): string | undefined {
  return columns.find((name) => OVER.test(name));
}

export function isHistory(columns: string[], metadata: Record<string, unknown>): boolean {
  return overColumn(columns) !== undefined && (metadata.kind === "history" || columns.length >= LEAST);
}

/** Curves that belong in one chart: losses with losses, all else with its kind. The charts by their names. */
export function charts(columns: string[]): Map<string, string[]> {
  const over = overColumn(columns);
  const found = new Map<string, string[]>();
  for (const name of columns) {
    if (name === over) continue;
    const kind =
      name
        .toLowerCase()
        .split(/[^a-z0-9]+/)
        .at(-1) ?? name;
    found.set(kind, [...(found.get(kind) ?? []), name]);
  }
  return found;
}
