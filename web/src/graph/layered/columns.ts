/** How far from the left each vertex stands: near what it is connected with, lines as straight as they can be. Pure. */
import { GAP, INSET, LINE_GAP, LINES_GAP } from "./flat";
import { gridOf } from "./grid";
import { ends, type Proper, type Vertex } from "./proper";

/** `lefts` of the vertices; where the joints meet their upper and lower vertex, from its left. */
export type Columns = { lefts: number[]; leaves: number[]; enters: number[] };

const ROUNDS = 6;
/** How much a long line is kept straight, against items near each other. */
const STRAIGHT = 16;
const LOOSE = 0.01;
const FIXED = 1e9;
/** Between lines that meet an item. */
const PORT_GAP = 16;
const MARGIN = 20;

/** How wide the columns may become: as a share of the widest row, or whatever gives the straightest lines. */
export type Room = { isGrid: boolean; share?: number };

export function columnsOf(proper: Proper, rows: readonly (readonly number[])[], { isGrid, share }: Room): Columns {
  const { vertices, joints } = proper;
  const { above, below } = ends(proper);
  const { leaves, enters } = meeting(proper, rows, above, below);
  const lefts = vertices.map(() => 0);
  for (const row of rows) pack(row, vertices, lefts);
  const weight = (joint: number) => {
    const [upper, lower] = [vertices[joints[joint]!.upper]!, vertices[joints[joint]!.lower]!];
    return upper.item || lower.item ? 1 : STRAIGHT;
  };
  const fromAbove = (vertex: number): Pull[] =>
    above[vertex]!.map((joint) => ({
      to: lefts[joints[joint]!.upper]! + leaves[joint]! - enters[joint]!,
      weight: weight(joint),
    }));
  const fromBelow = (vertex: number): Pull[] =>
    below[vertex]!.map((joint) => ({
      to: lefts[joints[joint]!.lower]! + enters[joint]! - leaves[joint]!,
      weight: weight(joint),
    }));
  const fromBoth = (vertex: number) => [...fromAbove(vertex), ...fromBelow(vertex)];
  const settle = (row: readonly number[], pulls: (vertex: number) => Pull[], within?: Range) => {
    const wishes = row.map((vertex) => wish(pulls(vertex), lefts[vertex]!));
    separate(row, vertices, wishes, lefts, within);
  };
  const sweep = (rounds: number, within?: Range) => {
    for (let round = 0; round < rounds; round++) {
      for (const row of rows) settle(row, fromAbove, within);
      for (const row of [...rows].reverse()) settle(row, fromBelow, within);
    }
    for (let round = 0; round < 2; round++) for (const row of rows) settle(row, fromBoth, within);
    for (const row of rows) settle(row, fromAbove, within);
  };
  if (isGrid) {
    for (const [vertex, left] of gridOf(rows, vertices)) lefts[vertex] = left;
    for (const row of rows) if (row.every((vertex) => vertices[vertex]!.item?.place === "out")) settle(row, fromAbove);
  } else {
    sweep(ROUNDS);
    if (share !== undefined) sweep(ROUNDS, narrowed(rows, vertices, lefts, share));
  }
  const [first, ...others] = rows;
  if (first && vertices[first[0]!]?.item?.place === "head") {
    // What comes in passes the head on its right, wherever in the group it leads.
    const left = others.flat().reduce((least, vertex) => Math.min(least, lefts[vertex]!), Number.POSITIVE_INFINITY);
    const wishes = first.map((vertex) => wish(fromBelow(vertex), lefts[vertex]!));
    if (Number.isFinite(left)) wishes[0] = { to: left - INSET, weight: FIXED };
    separate(first, vertices, wishes, lefts);
  }
  for (const index of vertices.keys()) lefts[index] = Math.round(lefts[index]!);
  return { lefts, leaves, enters };
}

/** Where the joints meet their vertices. */
function meeting(
  proper: Proper,
  rows: readonly (readonly number[])[],
  above: readonly number[][],
  below: readonly number[][],
): Pick<Columns, "leaves" | "enters"> {
  const { vertices, joints } = proper;
  const places = new Int32Array(vertices.length);
  for (const row of rows) for (const [index, vertex] of row.entries()) places[vertex] = index;
  const leaves = joints.map(() => 0);
  const enters = joints.map(() => 0);
  const [upper, lower] = [
    (joint: number) => places[joints[joint]!.upper]!,
    (joint: number) => places[joints[joint]!.lower]!,
  ];
  for (const [index, vertex] of vertices.entries()) {
    spread(vertex, above[index]!, (joint) => joints[joint]!.enters, upper, enters, proper);
    spread(vertex, below[index]!, (joint) => joints[joint]!.leaves, lower, leaves, proper);
  }
  return { leaves, enters };
}

type Range = { from: number; to: number };

/** About the middle of all, room for the widest row and somewhat more. */
function narrowed(
  rows: readonly (readonly number[])[],
  vertices: readonly Vertex[],
  lefts: readonly number[],
  share: number,
): Range {
  const widths = rows.map((row) => {
    const packed = vertices.map(() => 0);
    pack(row, vertices, packed);
    const last = row.at(-1);
    return last === undefined ? 0 : packed[last]! + vertices[last]!.width;
  });
  const width = share * Math.max(0, ...widths);
  const middles = vertices.map((vertex, index) => lefts[index]! + vertex.width / 2).sort((a, b) => a - b);
  const middle = middles[Math.floor(middles.length / 2)] ?? 0;
  return { from: middle - width / 2, to: middle + width / 2 };
}

/** How close two neighbours may come: from the right of one to the left of the other. */
export function gap(left: Vertex, right: Vertex): number {
  const isLine = (vertex: Vertex) => !vertex.item || vertex.item.place === "in" || vertex.item.place === "out";
  if (isLine(left) && isLine(right)) return LINES_GAP;
  return isLine(left) || isLine(right) ? LINE_GAP : GAP;
}

type Pull = { to: number; weight: number };

/** Where a vertex would be best: the weighted median, with which most lines are straight. */
function wish(pulls: Pull[], current: number): Pull {
  if (!pulls.length) return { to: current, weight: LOOSE };
  pulls.sort((a, b) => a.to - b.to);
  const weight = pulls.reduce((sum, pull) => sum + pull.weight, 0);
  let passed = 0;
  for (const [index, pull] of pulls.entries()) {
    passed += pull.weight;
    if (passed * 2 === weight) return { to: (pull.to + pulls[index + 1]!.to) / 2, weight };
    if (passed * 2 > weight) return { to: pull.to, weight };
  }
  return { to: current, weight: LOOSE };
}

function pack(row: readonly number[], vertices: readonly Vertex[], lefts: number[]) {
  let left = 0;
  for (const [index, vertex] of row.entries()) {
    if (index) left += gap(vertices[row[index - 1]!]!, vertices[vertex]!);
    lefts[vertex] = left;
    left += vertices[vertex]!.width;
  }
}

/** As near to the wishes as can be without coming too close: isotonic regression, by pooling neighbours that collide. */
function separate(
  row: readonly number[],
  vertices: readonly Vertex[],
  wishes: readonly Pull[],
  lefts: number[],
  within: Range = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY },
) {
  const shifts: number[] = [];
  let shift = 0;
  for (const [index, vertex] of row.entries()) {
    if (index) {
      const before = vertices[row[index - 1]!]!;
      shift += before.width + gap(before, vertices[vertex]!);
    }
    shifts.push(shift);
  }
  const pools: { to: number; weight: number; count: number }[] = [];
  for (const [index, { to, weight }] of wishes.entries()) {
    let pool = { to: to - shifts[index]!, weight, count: 1 };
    for (let last = pools.at(-1); last && last.to > pool.to; last = pools.at(-1)) {
      pools.pop();
      const together = last.weight + pool.weight;
      pool = {
        to: (last.to * last.weight + pool.to * pool.weight) / together,
        weight: together,
        count: last.count + pool.count,
      };
    }
    pools.push(pool);
  }
  // Of the best places within a range, all that would lie outside of it are at its ends.
  const most = within.to - (shifts.at(-1) ?? 0) - (vertices[row.at(-1) ?? 0]?.width ?? 0);
  let index = 0;
  for (const { to, count } of pools)
    for (let each = 0; each < count; each++, index++)
      lefts[row[index]!] = Math.max(within.from, Math.min(most, to)) + shifts[index]!;
}

/** Where joints meet a vertex: at their port, or beside each other around its middle, one place for each net. */
function spread(
  vertex: Vertex,
  joints: readonly number[],
  portOf: (joint: number) => string | undefined,
  placeOf: (joint: number) => number,
  found: number[],
  { joints: all }: Proper,
) {
  const free = new Map<string, { sum: number; joints: number[] }>();
  for (const joint of joints) {
    const port = portOf(joint);
    const at = port === undefined ? undefined : vertex.item?.ports?.get(port);
    if (at !== undefined) found[joint] = at;
    else {
      const net = free.get(all[joint]!.net) ?? { sum: 0, joints: [] };
      net.sum += placeOf(joint);
      net.joints.push(joint);
      free.set(all[joint]!.net, net);
    }
  }
  const nets = [...free.values()].sort((a, b) => a.sum / a.joints.length - b.sum / b.joints.length);
  const width = vertex.width;
  const each = Math.min(PORT_GAP, Math.max(0, width - 2 * MARGIN) / Math.max(1, nets.length - 1));
  for (const [index, net] of nets.entries())
    for (const joint of net.joints) found[joint] = Math.round(width / 2 + (index - (nets.length - 1) / 2) * each);
}
