/** Items that nothing connects, in rows and columns, with the lines that pass them between the columns. Pure. */
import { GAP, LINE_GAP, LINES_GAP } from "./flat";
import type { Vertex } from "./proper";

/** How far from the left each vertex stands; of rows without items, nothing is said. */
export function gridOf(rows: readonly (readonly number[])[], vertices: readonly Vertex[]): Map<number, number> {
  const lines = rows.map((row) => split(row, vertices)).filter(({ items }) => items.length);
  const count = Math.max(0, ...lines.map(({ items }) => items.length));
  const lefts: number[] = [];
  let left = Math.max(0, ...lines.map(({ before }) => before[0]!.length)) * LINES_GAP;
  for (let column = 0; column < count; column++) {
    lefts.push(left);
    const passing = Math.max(
      0,
      ...lines.map(({ before, items }) => (column + 1 < items.length ? before[column + 1]!.length : 0)),
    );
    const width = Math.max(0, ...lines.map(({ items }) => widthOf(items[column], vertices)));
    left += width + (passing ? 2 * LINE_GAP + (passing - 1) * LINES_GAP : GAP);
  }
  const found = new Map<number, number>();
  for (const { items, before, after } of lines) {
    for (const [column, item] of items.entries()) {
      found.set(item, lefts[column]!);
      for (const [place, line] of [...before[column]!].reverse().entries())
        found.set(line, lefts[column]! - LINE_GAP - place * LINES_GAP);
    }
    for (const [place, line] of after.entries()) found.set(line, left - GAP + LINE_GAP + place * LINES_GAP);
  }
  return found;
}

/** The items of a row, the lines before each, and those after the last. */
function split(row: readonly number[], vertices: readonly Vertex[]) {
  const items: number[] = [];
  const before: number[][] = [];
  let lines: number[] = [];
  for (const vertex of row) {
    const { item } = vertices[vertex]!;
    if (item?.place) continue;
    if (item) {
      items.push(vertex);
      before.push(lines);
      lines = [];
    } else lines.push(vertex);
  }
  return { items, before, after: lines };
}

function widthOf(vertex: number | undefined, vertices: readonly Vertex[]): number {
  return vertex === undefined ? 0 : vertices[vertex]!.width;
}
