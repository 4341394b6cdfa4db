/** From left to right in each layer, so that few lines cross. Pure. */
import { ends, type Joint, type Proper, type Vertex } from "./proper";

const SWEEPS = 8;
/** Of more vertices, one sweep down and one up has to do. */
const VERY_MANY = 20_000;
/** Of more vertices, neighbours are not exchanged one by one. */
const MANY = 600;

/** The rows, in order. */
export function ordered(proper: Proper): number[][] {
  const { vertices, rows } = proper;
  const { above, below } = ends(proper);
  const start = keys(proper, above, below);
  let best = rows.map((row) =>
    keep(
      [...row].sort((a, b) => start[a]! - start[b]! || a - b),
      vertices,
    ),
  );
  let least = crossings(proper, best, below);
  let current = best.map((row) => [...row]);
  const places = new Float64Array(vertices.length);
  const place = (row: readonly number[]) => {
    for (const [index, vertex] of row.entries()) places[vertex] = index;
  };
  for (const row of current) place(row);
  const sweeps = vertices.length > VERY_MANY ? 2 : SWEEPS;
  for (let sweep = 0; sweep < sweeps && least > 0; sweep++) {
    const isDown = sweep % 2 === 0;
    const order = isDown ? current.keys() : [...current.keys()].reverse();
    for (const index of order) {
      const row = current[index]!;
      const towards = (vertex: number) =>
        middle(vertex, isDown ? above : below, proper.joints, isDown ? "upper" : "lower", places, vertices);
      current[index] = keep(sorted(row, towards), vertices);
      place(current[index]!);
    }
    if (vertices.length <= MANY) exchange(current, proper, above, below, places);
    const crossed = crossings(proper, current, below);
    if (crossed < least) {
      least = crossed;
      best = current.map((row) => [...row]);
    }
  }
  current = best;
  return current;
}

/** How often lines cross between the layers. */
export function crossings(proper: Proper, rows: readonly (readonly number[])[], below = ends(proper).below): number {
  const places = new Float64Array(proper.vertices.length);
  for (const row of rows) for (const [index, vertex] of row.entries()) places[vertex] = index;
  let count = 0;
  for (const row of rows.slice(0, -1)) {
    const lines = row
      .flatMap((vertex) => below[vertex]!)
      .map((index) => lineOf(proper.joints[index]!, proper.vertices, places))
      .sort((a, b) => a.from - b.from || a.to - b.to);
    count += inversions(lines.map((line) => line.to));
  }
  return count;
}

/** Model order for items. A line that passes stands in the middle of what leaves it there, or where it comes from. */
function keys({ vertices, joints }: Proper, above: readonly number[][], below: readonly number[][]): number[] {
  const found = vertices.map((vertex, index) => (vertex.item ? index : -1));
  const byLayer = vertices.map((_, index) => index).sort((a, b) => vertices[a]!.layer - vertices[b]!.layer);
  for (const index of byLayer) {
    if (found[index]! >= 0) continue;
    const from = joints[above[index]![0]!]!.upper;
    const beside = below[from]!.map((joint) => joints[joint]!.lower).filter((each) => vertices[each]!.item);
    beside.sort((a, b) => a - b);
    found[index] = (beside[Math.floor((beside.length - 1) / 2)] ?? found[from]!) + 0.01;
  }
  return found;
}

/** How far to the right of its vertex's beginning a joint meets it, as a share of its width. */
function share(vertex: Vertex, port: string | undefined): number {
  const at = port === undefined ? undefined : vertex.item?.ports?.get(port);
  return at === undefined || !vertex.width ? 0.5 : at / vertex.width;
}

function lineOf(joint: Joint, vertices: readonly Vertex[], places: Float64Array): { from: number; to: number } {
  const { upper, lower, leaves, enters } = joint;
  return {
    from: places[upper]! + share(vertices[upper]!, leaves),
    to: places[lower]! + share(vertices[lower]!, enters),
  };
}

function middle(
  vertex: number,
  joints: readonly number[][],
  all: readonly Joint[],
  end: "upper" | "lower",
  places: Float64Array,
  vertices: readonly Vertex[],
): number | undefined {
  const found = joints[vertex]!;
  if (!found.length) return undefined;
  let sum = 0;
  for (const index of found) {
    const line = lineOf(all[index]!, vertices, places);
    sum += end === "upper" ? line.from : line.to;
  }
  return sum / found.length;
}

/** By what each is drawn to; what nothing draws stays where it is. */
function sorted(row: readonly number[], towards: (vertex: number) => number | undefined): number[] {
  const drawn = new Map<number, number>();
  for (const vertex of row) {
    const to = towards(vertex);
    if (to !== undefined) drawn.set(vertex, to);
  }
  const moving = row.filter((vertex) => drawn.has(vertex)).sort((a, b) => drawn.get(a)! - drawn.get(b)!);
  let next = 0;
  return row.map((vertex) => (drawn.has(vertex) ? moving[next++]! : vertex));
}

/** The head first, and in the order in which they came the items that are to keep it. */
function keep(row: number[], vertices: readonly Vertex[]): number[] {
  const head = row.findIndex((vertex) => vertices[vertex]!.item?.place === "head");
  if (head > 0) row.unshift(...row.splice(head, 1));
  const isKept = (vertex: number) => vertices[vertex]!.item?.isInOrder ?? false;
  const items = row.filter(isKept).sort((a, b) => a - b);
  let next = 0;
  return row.map((vertex) => (isKept(vertex) ? items[next++]! : vertex));
}

/** Exchange neighbours as long as fewer lines cross for it. */
function exchange(
  rows: number[][],
  { vertices, joints }: Proper,
  above: readonly number[][],
  below: readonly number[][],
  places: Float64Array,
) {
  const ends = (vertex: number): { up: number[]; down: number[] } => ({
    up: above[vertex]!.map((index) => lineOf(joints[index]!, vertices, places).from),
    down: below[vertex]!.map((index) => lineOf(joints[index]!, vertices, places).to),
  });
  const isFixed = (vertex: number) => vertices[vertex]!.item?.isInOrder ?? false;
  for (let pass = 0; pass < 4; pass++) {
    let hasChanged = false;
    for (const row of rows)
      for (let index = 0; index + 1 < row.length; index++) {
        const [left, right] = [row[index]!, row[index + 1]!];
        if (isFixed(left) && isFixed(right)) continue;
        if (vertices[left]!.item?.place === "head") continue;
        const [a, b] = [ends(left), ends(right)];
        if (pairs(b.up, a.up) + pairs(b.down, a.down) >= pairs(a.up, b.up) + pairs(a.down, b.down)) continue;
        row[index] = right;
        row[index + 1] = left;
        places[right] = index;
        places[left] = index + 1;
        hasChanged = true;
      }
    if (!hasChanged) return;
  }
}

/** How many pairs cross if what has the ends `left` stands left of what has the ends `right`. */
function pairs(left: readonly number[], right: readonly number[]): number {
  let count = 0;
  for (const a of left) for (const b of right) if (a > b) count++;
  return count;
}

function inversions(values: readonly number[]): number {
  const ranks = new Map([...new Set(values)].sort((a, b) => a - b).map((value, index) => [value, index + 1]));
  const tree = new Int32Array(ranks.size + 1);
  let count = 0;
  let seen = 0;
  for (const value of values) {
    const rank = ranks.get(value)!;
    let notAbove = 0;
    for (let at = rank; at > 0; at -= at & -at) notAbove += tree[at]!;
    count += seen - notAbove;
    seen++;
    for (let at = rank; at <= ranks.size; at += at & -at) tree[at] = tree[at]! + 1;
  }
  return count;
}
