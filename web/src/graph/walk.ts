/** Ways through a graph that is drawn. Pure. */
import type { Graph } from "@/api/client";
import { type Folded, groupsOf, type ShownEdge } from "./folding";
import type { Box } from "./layout";

export type Reach = { nodes: Set<string>; edges: Set<string> };
export type Direction = "up" | "down" | "left" | "right";

/** All that a node depends on and all that depends on it, with the groups around them. */
export function reach({ nodes, edges }: Folded, id: string): Reach {
  const parents = new Map(nodes.map((node) => [node.id, node.parent]));
  const start = nodes.filter((node) => chain(parents, node.id).includes(id)).map((node) => node.id);
  const found: Reach = { nodes: new Set(start), edges: new Set() };
  follow(start, by(edges, "source"), "target", found);
  follow(start, by(edges, "target"), "source", found);
  for (const each of [...found.nodes]) for (const group of chain(parents, each)) found.nodes.add(group);
  return found;
}

/** Where an arrow key leads: up and down along edges, sideways to the nearest node of the row. */
export function step(
  { nodes, edges }: Folded,
  boxes: ReadonlyMap<string, Box>,
  from: string,
  to: Direction,
): string | undefined {
  const here = boxes.get(from);
  if (!here) return nodes[0]?.id;
  const along = edges.flatMap((edge) =>
    to === "down" && edge.source === from ? [edge.target] : to === "up" && edge.target === from ? [edge.source] : [],
  );
  const beyond = nodes.map((node) => node.id).filter((id) => id !== from && lies(boxes.get(id), here, to));
  return nearest(along, boxes, here) ?? nearest(beyond, boxes, here);
}

/** The task after `current` that failed, of those that no other task is in. */
export function nextFailed(graph: Graph, current: string | undefined): string | undefined {
  const groups = groupsOf(graph);
  const failed = graph.tasks.filter((task) => task.state === "FAILED" && !groups.has(task.path));
  const at = failed.findIndex((task) => task.path === current);
  return failed[(at + 1) % failed.length]?.path;
}

/** The node by that name: as it is, or else the first that holds it. */
export function named(ids: readonly string[], text: string): string | undefined {
  const wanted = text.trim().toLowerCase();
  return ids.find((id) => id.toLowerCase() === wanted) ?? ids.find((id) => id.toLowerCase().includes(wanted));
}

/**
 * What stands for a node in a graph: itself, or in a folded loop, which is drawn once for all of its turns, the same
 * without the turn's number.
 */
export function standIn(id: string, has: (id: string) => boolean): string | undefined {
  if (has(id)) return id;
  const turns = [...id.matchAll(/\[\d+\]/g)];
  // A loop in a folded loop is folded, too.
  for (const from of turns.reverse()) {
    const shown = id.slice(0, from.index) + id.slice(from.index).replace(/\[\d+\]/g, "");
    if (has(shown)) return shown;
  }
  return undefined;
}

function chain(parents: ReadonlyMap<string, string>, id: string): string[] {
  const found: string[] = [];
  for (let at: string | undefined = id; at; at = parents.get(at)) found.push(at);
  return found;
}

function by(edges: readonly ShownEdge[], end: "source" | "target"): Map<string, ShownEdge[]> {
  const found = new Map<string, ShownEdge[]>();
  for (const edge of edges) found.set(edge[end], [...(found.get(edge[end]) ?? []), edge]);
  return found;
}

function follow(
  start: readonly string[],
  edges: ReadonlyMap<string, ShownEdge[]>,
  end: "source" | "target",
  found: Reach,
) {
  const waiting = [...start];
  const seen = new Set(start);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop())
    for (const edge of edges.get(id) ?? []) {
      found.edges.add(edge.id);
      found.nodes.add(edge[end]);
      if (!seen.has(edge[end])) waiting.push(edge[end]);
      seen.add(edge[end]);
    }
}

function lies(box: Box | undefined, here: Box, to: Direction): boolean {
  if (!box) return false;
  if (to === "up") return box.y + box.height <= here.y;
  if (to === "down") return box.y >= here.y + here.height;
  const sameRow = box.y < here.y + here.height && box.y + box.height > here.y;
  return sameRow && (to === "left" ? box.x + box.width <= here.x : box.x >= here.x + here.width);
}

function nearest(ids: readonly string[], boxes: ReadonlyMap<string, Box>, here: Box): string | undefined {
  const far = (id: string) => {
    const box = boxes.get(id);
    if (!box) return Number.POSITIVE_INFINITY;
    return Math.hypot(box.x + box.width / 2 - here.x - here.width / 2, box.y - here.y);
  };
  return ids.reduce<string | undefined>(
    (best, id) => (best === undefined || far(id) < far(best) ? id : best),
    undefined,
  );
}
