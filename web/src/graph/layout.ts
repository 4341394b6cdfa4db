/**
 * Where nodes and edges lie. Pure.
 *
 * Each open group is laid out by itself, the innermost first, and is then one item of the group around it. An edge
 * that crosses a frame has a port in it: what comes in passes the group's head on its right. An edge that ends in the
 * group itself ends in its head.
 */
import type { EdgeKind } from "@/api/client";
import type { Box, Item, Link, Placed, Point } from "./layered/flat";
import { placed } from "./layered/place";

export type { Box };
/** `paths` are those of the edges, in SVG's words, around the nodes. */
export type Layout = { boxes: Map<string, Box>; paths: Map<string, string>; width: number; height: number };

/** What of a graph its layout depends on. `parent` is the open group that a node is in. */
export type Sketch = {
  nodes: {
    id: string;
    parent: string;
    width: number;
    height: number;
    isOpen: boolean;
    isArtifact: boolean;
    isTurn: boolean;
  }[];
  edges: { id: string; source: string; target: string; kind: EdgeKind }[];
};

/** The height of an open group's head. */
export const HEAD = 46;
/** How wide the picture should be for its height, as a screen is; a group rather wider, as others stand above it. */
const RATIOS = { whole: 1.6, group: 2 };
const CORNER = 7;
const MARGIN = 8;
/** From so many edges on that end in one node, and whose other ends have no other edge, they are drawn as one. */
const GATHERED = 5;
const ITSELF = "head";

export function layout(graph: Sketch): Layout {
  const nests = nested(graph);
  const whole = place("", nests);
  const found: Layout = {
    boxes: new Map(),
    paths: new Map(),
    width: whole.placed.width + 2 * MARGIN,
    height: whole.placed.height + 2 * MARGIN,
  };
  const corners = new Map<string, Point>();
  const write = (group: string, { placed, inside }: Group, at: Point) => {
    corners.set(group, at);
    for (const [id, box] of placed.boxes) {
      if (!nests.nodes.has(id)) continue;
      const [x, y] = [at.x + box.x, at.y + box.y];
      found.boxes.set(id, { x, y, width: box.width, height: box.height });
      const nest = inside.get(id);
      if (nest) write(id, nest, { x, y });
    }
  };
  write("", whole, { x: MARGIN, y: MARGIN });
  const groups = new Map<string, Group>();
  const collect = (id: string, group: Group) => {
    groups.set(id, group);
    for (const [inner, nest] of group.inside) collect(inner, nest);
  };
  collect("", whole);
  for (const [id, pieces] of nests.pieces) {
    const points: Point[] = [];
    for (const { group, link } of pieces) {
      const at = corners.get(group)!;
      for (const { x, y } of groups.get(group)!.placed.ways.get(link) ?? []) points.push({ x: at.x + x, y: at.y + y });
    }
    if (points.length) found.paths.set(id, path(points));
  }
  return found;
}

type Group = { placed: Placed; ports: Map<string, number>; inside: Map<string, Group> };
type Piece = { group: string; link: string };
type Nests = {
  nodes: Map<string, Sketch["nodes"][number]>;
  /** What is in each group, and between that. */
  children: Map<string, string[]>;
  links: Map<string, Map<string, Link>>;
  /** The links that an edge is made of, from its source to its target. */
  pieces: Map<string, Piece[]>;
  leaves: Set<string>;
};

function nested({ nodes, edges }: Sketch): Nests {
  const found: Nests = {
    nodes: new Map(nodes.map((node) => [node.id, node])),
    children: new Map(),
    links: new Map(),
    pieces: new Map(),
    leaves: new Set(nodes.filter((node) => node.isArtifact).map((node) => node.id)),
  };
  for (const { id, parent } of nodes) {
    const list = found.children.get(parent);
    if (list) list.push(id);
    else found.children.set(parent, [id]);
  }
  const into = counts(edges.map((edge) => edge.target));
  for (const id of found.leaves) if (into.get(id) !== 1) found.leaves.delete(id);
  const outOf = counts(edges.map((edge) => edge.source));
  for (const { id, source, target, kind } of edges) {
    found.leaves.delete(source);
    const gathers = kind === "ITEM" || (into.get(target)! >= GATHERED && outOf.get(source) === 1);
    const net = gathers ? `to ${target}` : `from ${source} ${kind === "PARAMETER" || kind === "ORDER" ? kind : ""}`;
    found.pieces.set(id, pieces(found, net, source, target));
  }
  return found;
}

/** The way of an edge: up out of the groups that only its source is in, and down into those that only its target is in. */
function pieces({ nodes, links }: Nests, net: string, source: string, target: string): Piece[] {
  const [up, down] = [chain(nodes, source), chain(nodes, target)];
  const common = up.find(({ group }) => down.some((each) => each.group === group))!.group;
  const made: Piece[] = [];
  const add = (group: string, link: Omit<Link, "id" | "net">) => {
    const id = `${net} ${link.source} ${link.target} ${link.enters ?? ""}`;
    const all = links.get(group) ?? new Map<string, Link>();
    all.set(id, { id, net, ...link });
    links.set(group, all);
    made.push({ group, link: id });
  };
  const [inward, outward] = [`in ${net}`, `out ${net}`];
  const leaves = (child: string) => (child === source ? undefined : outward);
  const enters = (child: string) => (child === target ? (nodes.get(child)!.isOpen ? ITSELF : undefined) : inward);
  for (const { group, child } of up) {
    if (group === common) break;
    add(group, { source: child, leaves: leaves(child), target: outward });
  }
  const [from, to] = [up, down].map((each) => each.find(({ group }) => group === common)!.child) as [string, string];
  add(common, { source: from, leaves: leaves(from), target: to, enters: enters(to) });
  const inner = down
    .slice(
      0,
      down.findIndex(({ group }) => group === common),
    )
    .reverse();
  for (const { group, child } of inner) add(group, { source: inward, target: child, enters: enters(child) });
  return made;
}

/** The groups around a node, the innermost first, each with what of it the node is in. */
function chain(nodes: Nests["nodes"], id: string): { group: string; child: string }[] {
  const found: { group: string; child: string }[] = [];
  for (let child = id; ; ) {
    const group = nodes.get(child)!.parent;
    found.push({ group, child });
    if (!group) return found;
    child = group;
  }
}

function place(group: string, nests: Nests): Group {
  const inside = new Map<string, Group>();
  const links = [...(nests.links.get(group)?.values() ?? [])];
  const items: Item[] = [];
  const own = nests.nodes.get(group);
  if (own) items.push({ id: `${ITSELF} ${group}`, width: own.width, height: own.height, place: "head" });
  const ports = new Set(links.flatMap(({ source, target }) => [source, target]).filter((id) => !nests.nodes.has(id)));
  for (const port of ports) if (port.startsWith("in ")) items.push({ id: port, width: 0, height: 0, place: "in" });
  for (const id of nests.children.get(group) ?? []) items.push(itemOf(id, nests, inside));
  for (const port of ports) if (port.startsWith("out ")) items.push({ id: port, width: 0, height: 0, place: "out" });
  const found = placed({ items, links }, group ? RATIOS.group : RATIOS.whole);
  return { placed: found, ports: new Map([...ports].map((port) => [port, found.boxes.get(port)!.x])), inside };
}

function itemOf(id: string, nests: Nests, inside: Map<string, Group>): Item {
  const node = nests.nodes.get(id)!;
  const own = { id, isInOrder: node.isTurn };
  if (!node.isOpen) return { ...own, width: node.width, height: node.height, isLeaf: nests.leaves.has(id) };
  const group = place(id, nests);
  inside.set(id, group);
  const ports = new Map([...group.ports, [ITSELF, Math.round(node.width / 2)]]);
  return { ...own, width: group.placed.width, height: group.placed.height, ports };
}

function counts(ids: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const id of ids) found.set(id, (found.get(id) ?? 0) + 1);
  return found;
}

/** A way through corners, which are rounded. */
function path(given: readonly Point[]): string {
  const points = given.filter(({ x, y }, at) => {
    const [before, after] = [given[at - 1], given[at + 1]];
    if (before?.x === x && before.y === y) return false;
    return !(before && after && ((before.x === x && after.x === x) || (before.y === y && after.y === y)));
  });
  const [start, end] = [points[0]!, points.at(-1)!];
  let way = `M${start.x} ${start.y}`;
  for (let at = 1; at < points.length - 1; at++) {
    const [before, corner, after] = [points[at - 1]!, points[at]!, points[at + 1]!];
    const [from, to] = [towards(corner, before), towards(corner, after)];
    way += `L${from.x} ${from.y}Q${corner.x} ${corner.y} ${to.x} ${to.y}`;
  }
  return `${way}L${end.x} ${end.y}`;
}

function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const share = length === 0 ? 0 : Math.min(CORNER, length / 2) / length;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
