/** Layers with a vertex wherever a line passes, so that each piece of a line leads to the next layer. Pure. */
import type { Flat, Item } from "./flat";

/** An item, or where a net passes a layer. */
export type Vertex = { item: Item | undefined; net: string; layer: number; width: number };
/** A piece of a net, from a vertex to one in the next layer. */
export type Joint = {
  net: string;
  upper: number;
  lower: number;
  leaves: string | undefined;
  enters: string | undefined;
};
/** `rows` are the vertices of each layer, in no order; `ways` the joints of each link, from above to below. */
export type Proper = { vertices: Vertex[]; rows: number[][]; joints: Joint[]; ways: Map<string, number[]> };

export function properOf({ items, links }: Flat, layers: readonly number[]): Proper {
  const vertices: Vertex[] = items.map((item, index) => ({ item, net: "", layer: layers[index]!, width: item.width }));
  const at = new Map(items.map((item, index) => [item.id, index]));
  const passing = new Map<string, number>();
  const known = new Map<string, number>();
  const joints: Joint[] = [];
  const ways = new Map<string, number[]>();

  const passes = (net: string, layer: number): number => {
    const key = `${layer} ${net}`;
    let found = passing.get(key);
    if (found === undefined) {
      found = vertices.push({ item: undefined, net, layer, width: 0 }) - 1;
      passing.set(key, found);
    }
    return found;
  };
  const joint = (net: string, upper: number, lower: number, leaves?: string, enters?: string): number => {
    const key = `${upper} ${lower} ${leaves ?? ""} ${enters ?? ""} ${net}`;
    let found = known.get(key);
    if (found === undefined) {
      found = joints.push({ net, upper, lower, leaves, enters }) - 1;
      known.set(key, found);
    }
    return found;
  };

  for (const { id, net, source, target, leaves, enters } of links) {
    const [from, to] = [at.get(source), at.get(target)];
    if (from === undefined || to === undefined || layers[from]! >= layers[to]!) continue;
    const way: number[] = [];
    let upper = from;
    for (let layer = layers[from]! + 1; layer <= layers[to]!; layer++) {
      const isLast = layer === layers[to];
      const lower = isLast ? to : passes(net, layer);
      way.push(joint(net, upper, lower, upper === from ? leaves : undefined, isLast ? enters : undefined));
      upper = lower;
    }
    ways.set(id, way);
  }
  const rows: number[][] = Array.from({ length: Math.max(-1, ...layers) + 1 }, () => []);
  for (const [index, vertex] of vertices.entries()) rows[vertex.layer]!.push(index);
  return { vertices, rows, joints, ways };
}

/** The joints that end in each vertex, and those that begin there. */
export function ends({ vertices, joints }: Proper): { above: number[][]; below: number[][] } {
  const above: number[][] = vertices.map(() => []);
  const below: number[][] = vertices.map(() => []);
  for (const [index, { upper, lower }] of joints.entries()) {
    above[lower]!.push(index);
    below[upper]!.push(index);
  }
  return { above, below };
}
