/** A run's graph as rows of a table: a tree as it stands, a list once it is filtered or sorted. Pure. */
import type { Graph, State, TaskNode } from "@/api/client";
import { written } from "@/format/numbers";

export type TaskRow = {
  node: TaskNode;
  depth: number;
  group: boolean;
  /** Why it stands where it stands; empty where that needs no words. */
  why: string;
  seconds: number | null;
  /** How many artifacts it made; of a group, those in it. */
  made: number;
};

export const COLUMNS = ["name", "kind", "state", "started", "duration", "attempts", "made"] as const;
export type Column = (typeof COLUMNS)[number];
export type Sort = { column: Column; descending: boolean };
export type Filter = { text: string; state?: State };

/** In the order that one looks for them. */
export const STATES: State[] = [
  "FAILED",
  "CANCELED",
  "CANCELING",
  "RUNNING",
  "PENDING",
  "SUCCEEDED",
  "CACHED",
  "SKIPPED",
];

export function rowsOf(graph: Graph, now: number): TaskRow[] {
  const nodes = new Map(graph.tasks.map((node) => [node.path, node]));
  const groups = new Set(graph.tasks.map((node) => node.parent));
  const waits = sourcesOf(graph);
  const made = new Map<string, number>();
  for (const artifact of graph.artifacts)
    for (let at = nodes.get(artifact.producer); at; at = nodes.get(at.parent))
      made.set(at.path, (made.get(at.path) ?? 0) + artifact.made);
  const depths = new Map<string, number>();
  return graph.tasks.map((node) => {
    const depth = (depths.get(node.parent) ?? -1) + 1;
    depths.set(node.path, depth);
    const group = groups.has(node.path);
    const why = whyNot(node, nodes) || waitsFor(node, waits, nodes) || whatFor(node);
    return { node, depth, group, why, seconds: secondsOf(node, now), made: made.get(node.path) ?? 0 };
  });
}

/** Rows with what is sought in their path or reason, in a state. */
export function filtered(rows: TaskRow[], { text, state }: Filter): TaskRow[] {
  const wanted = text.trim().toLowerCase();
  return rows.filter(
    ({ node, why }) =>
      (!state || node.state === state) &&
      (!wanted || `${node.path} ${node.name} ${why}`.toLowerCase().includes(wanted)),
  );
}

/** Rows by a column; what has no value there comes last. Equal ones stay as they were. */
export function sorted(rows: TaskRow[], { column, descending }: Sort): TaskRow[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((one, other) => {
    const [left, right] = [soughtIn(one, column), soughtIn(other, column)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    if (typeof left === "string" && typeof right === "string")
      return sign * left.localeCompare(right, "en", { numeric: true });
    return sign * (Number(left) - Number(right));
  });
}

/** How many rows stand in each state, in the order that one looks for them. */
export function statesOf(rows: TaskRow[]): [State, number][] {
  const found = new Map<State, number>();
  for (const { node } of rows) if (node.state) found.set(node.state, (found.get(node.state) ?? 0) + 1);
  return STATES.flatMap((state) => (found.has(state) ? [[state, found.get(state) ?? 0] as [State, number]] : []));
}

/** Why a task failed or did not run: its own error, or that of a group that it is in. */
function whyNot(node: TaskNode, nodes: ReadonlyMap<string, TaskNode>): string {
  if (node.error) return readable(node.error);
  if (node.state !== "SKIPPED") return "";
  for (let at = nodes.get(node.parent); at; at = nodes.get(at.parent))
    if (at.error) return `${at.name}: ${readable(at.error)}`;
  return node.condition ? `its condition is false: ${node.condition}` : "";
}

// As KFP's compiler names what comes from another task: `inputs.parameter_values['pipelinechannel--total-Output']`.
function readable(error: string): string {
  return error.replace(/inputs\.parameter_values\['(?:pipelinechannel--)?([^']+)'\]/g, "$1");
}

function sourcesOf(graph: Graph): Map<string, Set<string>> {
  const makers = new Map(graph.artifacts.map((artifact) => [artifact.id, artifact.producer]));
  const found = new Map<string, Set<string>>();
  for (const edge of graph.edges) {
    if (edge.kind === "OUTPUT" || edge.kind === "ITEM") continue;
    const source = makers.get(edge.source) ?? edge.source;
    if (!found.has(edge.target)) found.set(edge.target, new Set());
    found.get(edge.target)?.add(source);
  }
  return found;
}

function waitsFor(node: TaskNode, waits: Map<string, Set<string>>, nodes: ReadonlyMap<string, TaskNode>): string {
  if (node.state !== "PENDING") return "";
  const open = [...(waits.get(node.path) ?? [])]
    .flatMap((path) => nodes.get(path) ?? [])
    .filter((each) => !each.finished_at);
  if (open.length) return `waits for ${open.map((each) => each.name).join(", ")}`;
  const group = nodes.get(node.parent);
  if (group?.state === "PENDING") return `waits for its group ${group.name}`;
  return node.attempts ? "waits for its next attempt" : "waits for a free place";
}

function whatFor(node: TaskNode): string {
  if (node.turns) {
    const { begun, total, failed } = node.turns;
    const turns = `${begun}${total === null || total === begun ? "" : ` of ${total}`} turn${begun === 1 ? "" : "s"}`;
    return failed.length ? `${turns}; failed: ${failed.join(", ")}` : turns;
  }
  if (node.kind === "ITERATION" && node.item !== null && node.item !== undefined) return `for ${written(node.item)}`;
  return node.condition ? `if ${node.condition}` : "";
}

function secondsOf(node: TaskNode, now: number): number | null {
  if (!node.started_at || node.state === "PENDING") return null;
  const end = node.finished_at ? Date.parse(node.finished_at) : now;
  return Math.max(0, (end - Date.parse(node.started_at)) / 1000);
}

function soughtIn({ node, seconds, made }: TaskRow, column: Column): string | number | null {
  if (column === "name") return node.path;
  if (column === "kind") return node.kind;
  if (column === "state") return node.state ? STATES.indexOf(node.state) : null;
  if (column === "started") return node.started_at ? Date.parse(node.started_at) : null;
  if (column === "duration") return seconds;
  if (column === "attempts") return node.attempts || null;
  return made || null;
}
