/** Where the artifacts and tasks of a lineage stand: what was there first at the left. Pure. */
import type { Shown } from "./lineage";

export const CARD = { width: 200, height: 56, across: 264, down: 76 };
/** The last one goes forth: what a task made stands together. */
const SWEEPS = 7;

export type Place = { x: number; y: number };
type Edge = { source: string; target: string };

type Drawn = Pick<Shown, "artifacts" | "tasks" | "groups" | "edges">;

export function placed({ artifacts, tasks, groups, edges }: Drawn): Map<string, Place> {
  const ids = [...artifacts, ...tasks, ...groups].map(({ id }) => id);
  const columns = columnsOf(ids, edges);
  order(columns, edges);
  const highest = Math.max(...columns.map((column) => column.length));
  return new Map(
    columns.flatMap((column, x) =>
      column.map((id, row): [string, Place] => [
        id,
        { x: x * CARD.across, y: (row + (highest - column.length) / 2) * CARD.down },
      ]),
    ),
  );
}

/** Nodes by their column: each as near as can be before what comes of it, and behind all that it comes from. */
function columnsOf(ids: string[], edges: readonly Edge[]): string[][] {
  const [before, after] = [neighbours(edges, "target", "source"), neighbours(edges, "source", "target")];
  const column = new Map<string, number>();
  const place = (id: string, open: Set<string>): number => {
    const known = column.get(id);
    if (known !== undefined || open.has(id)) return known ?? 0;
    open.add(id);
    const at = Math.max(-1, ...before(id).map((each) => place(each, open))) + 1;
    column.set(id, at);
    return at;
  };
  for (const id of ids) place(id, new Set());
  // What comes from nothing stands beside what was made of it, and not far off at the left.
  for (const id of ids)
    if (!before(id).length && after(id).length)
      column.set(id, Math.max(0, Math.min(...after(id).map((each) => column.get(each) ?? 0)) - 1));
  const columns: string[][] = [];
  for (const id of ids) {
    const at = column.get(id) ?? 0;
    while (columns.length <= at) columns.push([]);
    columns[at]!.push(id);
  }
  return columns.filter((each) => each.length);
}

/** Put the nodes of each column beside the middle of those that they are joined with. */
function order(columns: string[][], edges: readonly Edge[]) {
  const [before, after] = [neighbours(edges, "target", "source"), neighbours(edges, "source", "target")];
  const at = new Map<string, number>();
  const note = (column: string[]) => {
    for (const [row, id] of column.entries()) at.set(id, row - column.length / 2);
  };
  columns.forEach(note);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const forth = sweep % 2 === 0;
    for (const column of forth ? columns : [...columns].reverse()) {
      const middle = (id: string) => {
        const joined = forth ? before(id) : after(id);
        const rows = joined.map((each) => at.get(each) ?? 0);
        return rows.length ? rows.reduce((sum, row) => sum + row, 0) / rows.length : at.get(id)!;
      };
      const middles = new Map(column.map((id) => [id, middle(id)]));
      column.sort((a, b) => middles.get(a)! - middles.get(b)!);
      note(column);
    }
  }
}

function neighbours(edges: readonly Edge[], from: keyof Edge, to: keyof Edge): (id: string) => string[] {
  const index = new Map<string, string[]>();
  for (const edge of edges) index.set(edge[from], [...(index.get(edge[from]) ?? []), edge[to]]);
  return (id) => index.get(id) ?? [];
}
