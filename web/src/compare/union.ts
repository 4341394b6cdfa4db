/** The graphs of several runs as one. Pure. */
import type { Graph } from "@/api/client";
import type { Judged } from "./verdicts";
import { together } from "./verdicts";

/** All tasks, artifacts and edges of the graphs, each once, in the order of the pipelines; without what happened. */
export function united(graphs: readonly Graph[]): Graph {
  return {
    within: "",
    tasks: merged(
      graphs.map((graph) => graph.tasks),
      (task) => task.path,
    ).map((task) => ({
      ...task,
      state: null,
      cached: false,
      error: "",
      states: {},
      turns: null,
      started_at: null,
      finished_at: null,
    })),
    artifacts: merged(
      graphs.map((graph) => graph.artifacts),
      (artifact) => artifact.id,
    ),
    edges: merged(
      graphs.map((graph) => graph.edges),
      (edge) => `${edge.source} ${edge.target}`,
    ),
  };
}

/** Lists as one: what only a later one has comes behind what it has before that. */
export function merged<T>(lists: readonly (readonly T[])[], keyOf: (item: T) => string): T[] {
  const known = new Set<string>();
  const after = new Map<string, T[]>(); // by what it follows; "" at the beginning
  for (const list of lists) {
    let before = "";
    for (const item of list) {
      const key = keyOf(item);
      if (!known.has(key)) {
        known.add(key);
        const followers = after.get(before);
        if (followers) followers.unshift(item);
        else after.set(before, [item]);
      }
      before = key;
    }
  }
  const found: T[] = [];
  const waiting = [...(after.get("") ?? [])].reverse();
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    found.push(item);
    waiting.push(...[...(after.get(keyOf(item)) ?? [])].reverse());
  }
  return found;
}

/**
 * The verdicts on all nodes: on a group those on what is in it, on a loop's list those on what it is made of. Of what
 * nothing is recorded, none of the runs, of which there are `count`, has run it.
 */
export function onNodes(graph: Graph, given: ReadonlyMap<string, Judged>, count: number): Map<string, Judged> {
  const found = new Map(given);
  const parents = new Map(graph.tasks.map((task) => [task.path, task.parent]));
  const inside = new Map<string, Judged[]>();
  for (const task of graph.tasks) {
    const own = given.get(task.path);
    for (let group = own && task.parent; group && parents.has(group); group = parents.get(group))
      inside.set(group, [...(inside.get(group) ?? []), own!]);
  }
  for (const [group, all] of inside) if (!given.has(group)) found.set(group, sum(all));
  for (const { source, target, kind } of graph.edges) {
    const own = kind === "ITEM" ? found.get(source) : undefined;
    if (own && !given.has(target)) found.set(target, own);
  }
  const idle: Judged = { verdicts: Array.from({ length: count }, () => "idle"), worst: "idle", rows: 0 };
  for (const id of [...parents.keys(), ...graph.artifacts.map((artifact) => artifact.id)])
    if (!found.has(id)) found.set(id, idle);
  return found;
}

function sum(all: readonly Judged[]): Judged {
  return { ...together(all.map((each) => each.verdicts)), rows: all.reduce((rows, each) => rows + each.rows, 0) };
}
