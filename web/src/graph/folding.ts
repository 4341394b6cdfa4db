/**
 * Which nodes and edges of a graph are drawn, with some of its groups folded. Pure.
 *
 * An edge's end in a folded group becomes the group's. An artifact that a folded group hands on is drawn beside it.
 * Without artifacts, who makes one and who takes it are connected at once.
 */
import type { ArtifactNode, EdgeKind, Graph, TaskNode } from "@/api/client";
import { type Fact, headlines } from "./facts";

export type Fold = "open" | "closed";

/** A node as it is drawn. `parent` is the open group that it is in; empty outside all of them. */
export type Shown = { id: string; parent: string } & (
  | {
      task: TaskNode;
      fold: Fold | null;
      /** Of a turn that is folded: what came of it. */
      fact?: Fact;
      artifact?: undefined;
    }
  | { artifact: ArtifactNode; task?: undefined; fold?: undefined; fact?: undefined }
);
export type ShownEdge = { id: string; source: string; target: string; kind: EdgeKind; labels: string[] };
export type Folded = { nodes: Shown[]; edges: ShownEdge[] };

export function fold(graph: Graph, isOpen: (path: string) => boolean, artifacts = true): Folded {
  const tasks = new Map(graph.tasks.map((task) => [task.path, task]));
  const groups = groupsOf(graph);
  const standIn = new Map<string, string>(); // a task by what is drawn in its place: itself, or a folded group
  for (const { path, parent } of graph.tasks) {
    const around = standIn.get(parent);
    standIn.set(path, around === undefined || (around === parent && isOpen(parent)) ? path : around);
  }
  const isDrawn = (path: string) => standIn.get(path) === path;

  const placeOf = (artifact: ArtifactNode): string | undefined => {
    const { parent, exports } = artifact;
    if (!tasks.has(parent) || (isDrawn(parent) && isOpen(parent))) return tasks.has(parent) ? parent : "";
    const group = exports.find((path) => isDrawn(path) && !isOpen(path));
    // What a turn hands on is in its loop's list.
    if (group === undefined || tasks.get(group)!.kind === "ITERATION") return undefined;
    return inside(tasks, tasks.get(group)!.parent);
  };

  const known = once(() => headlines(graph)); // of all artifacts: only where a turn is closed
  const nodes: Shown[] = [];
  const made = new Map<string, Shown[]>(); // by what stands for their maker
  const ends = new Map<string, string>(standIn);
  for (const artifact of artifacts ? graph.artifacts : []) {
    const parent = placeOf(artifact);
    ends.set(artifact.id, parent === undefined ? (standIn.get(artifact.parent) ?? "") : artifact.id);
    if (parent === undefined) continue;
    const maker = standIn.get(artifact.producer) ?? "";
    made.set(maker, [...(made.get(maker) ?? []), { id: artifact.id, parent, artifact }]);
  }
  nodes.push(...(made.get("") ?? []));
  for (const task of graph.tasks) {
    if (!isDrawn(task.path)) continue;
    const state = groups.has(task.path) ? (isOpen(task.path) ? "open" : "closed") : null;
    const fact = state === "closed" && task.kind === "ITERATION" ? known().get(task.path) : undefined;
    nodes.push({ id: task.path, parent: inside(tasks, task.parent), task, fold: state, fact });
    nodes.push(...(made.get(task.path) ?? []));
  }
  return { nodes, edges: edgesOf(graph, ends, nodes, artifacts) };
}

/** The tasks that others are in. */
export function groupsOf(graph: Graph): Set<string> {
  const paths = new Set(graph.tasks.map((task) => task.path));
  return new Set(graph.tasks.map((task) => task.parent).filter((parent) => paths.has(parent)));
}

/** Fewer nodes than these say too little, whatever is in them. */
const FEW = 6;

/** The groups to be opened, level by level, so that no more than so many nodes are drawn. */
export function openAtFirst(graph: Graph, artifacts: boolean, most: number): Set<string> {
  let open = new Set<string>();
  let { nodes } = fold(graph, () => false, artifacts);
  for (;;) {
    const level = nodes.flatMap((node) => (node.fold === "closed" ? [node.id] : []));
    if (!level.length) return open;
    const next = new Set([...open, ...level]);
    const opened = fold(graph, (path) => next.has(path), artifacts).nodes;
    if (opened.length > most && nodes.length > FEW) return open;
    [open, nodes] = [next, opened];
  }
}

/** The groups that a node is in, the innermost first. */
export function around(graph: Graph, id: string): string[] {
  const parents = new Map(graph.tasks.map((task) => [task.path, task.parent]));
  for (const artifact of graph.artifacts) parents.set(artifact.id, artifact.parent);
  const found: string[] = [];
  for (let at = parents.get(id); at && parents.has(at); at = parents.get(at)) found.push(at);
  return found;
}

function inside(tasks: ReadonlyMap<string, TaskNode>, parent: string): string {
  return tasks.has(parent) ? parent : "";
}

function edgesOf(
  graph: Graph,
  ends: ReadonlyMap<string, string>,
  nodes: readonly Shown[],
  artifacts: boolean,
): ShownEdge[] {
  const parents = new Map(nodes.map((node) => [node.id, node.parent]));
  const open = new Set(nodes.filter((node) => node.fold === "open").map((node) => node.id));
  const found = new Map<string, ShownEdge>();
  // What an open loop hands on comes from its turns, and not from the loop besides.
  const collected = new Set(graph.edges.filter((edge) => edge.kind === "ITEM").map((edge) => ends.get(edge.target)));
  for (const edge of artifacts ? graph.edges : contracted(graph)) {
    const [source, target] = [ends.get(edge.source), ends.get(edge.target)];
    if (!source || !target || isWithin(source, target, parents) || isWithin(target, source, parents)) continue;
    if (edge.kind === "OUTPUT" && collected.has(target) && open.has(source)) continue;
    const id = `${source}→${target}`;
    const known = found.get(id);
    if (known) known.labels.push(...edge.labels.filter((label) => !known.labels.includes(label)));
    else found.set(id, { id, source, target, kind: edge.kind, labels: [...edge.labels] });
  }
  return [...found.values()];
}

function isWithin(id: string, group: string, parents: ReadonlyMap<string, string>): boolean {
  for (let at: string | undefined = id; at; at = parents.get(at)) if (at === group) return true;
  return false;
}

/** The edges between tasks alone: those over artifacts lead from who makes them to who takes them. */
function contracted(graph: Graph): Graph["edges"] {
  const artifacts = new Set(graph.artifacts.map((artifact) => artifact.id));
  const into = new Map<string, string[]>();
  for (const { source, target } of graph.edges)
    if (artifacts.has(target)) into.set(target, [...(into.get(target) ?? []), source]);
  const makers = (id: string): string[] => (artifacts.has(id) ? (into.get(id) ?? []).flatMap(makers) : [id]);
  return graph.edges
    .filter((edge) => !artifacts.has(edge.target))
    .flatMap((edge) => makers(edge.source).map((source) => ({ ...edge, source })));
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
