/** Where in a run's loops a node is, and what is in a group. Pure. */
import type { Graph, Loop, LoopTurn, TaskNode } from "@/api/client";
import { groupsOf } from "@/graph/folding";
import { withoutTurns } from "@/renderers/turns";

/** The innermost turn that a node is in, or is: `a[1].b[2]` of `a[1].b[2].fit:model`. */
export function turnOf(node: string): string | undefined {
  return /^.*\[\d+\](?=$|[.:])/.exec(node)?.[0];
}

/** A loop, of which only the turns that a node stands for, and where in each of them the node is. */
export type Meant = { loop: Loop; turns: LoopTurn[]; rest: string };

/**
 * Of which loop's turns a node tells that is drawn once for several: the loop itself, or a task or an artifact in it.
 *
 * @param loops All loops of a run, by paths without the numbers of turns.
 */
export function meant(node: string, loops: readonly Loop[]): Meant | undefined {
  const plain = withoutTurns(node);
  const around = loops.filter((loop) => plain === loop.path || /^[.:]/.test(tail(plain, loop.path)));
  const loop = around.sort((a, b) => b.path.length - a.path.length)[0];
  if (!loop) return undefined;
  const names = node.split(".").slice(0, loop.path.split(".").length);
  const isMeant = ({ path }: LoopTurn) =>
    path.split(".").every((name, at) => name === names[at] || withoutTurns(name) === names[at]);
  return { loop, turns: loop.turns.filter(isMeant), rest: tail(plain, loop.path) };
}

export function childrenOf(graph: Graph, group: string): TaskNode[] {
  return graph.tasks.filter((task) => task.parent === group);
}

/** Of what is in a group, the task that failed before all others. */
export function firstFailed(graph: Graph, group: string): TaskNode | undefined {
  const groups = groupsOf(graph);
  return graph.tasks
    .filter((task) => task.path.startsWith(`${group}.`) && task.state === "FAILED" && !groups.has(task.path))
    .sort((a, b) => (a.finished_at ?? "").localeCompare(b.finished_at ?? ""))[0];
}

/** How long a task took; null where it is not over, or never ran. */
export function secondsOf({ started_at: start, finished_at: end }: TaskNode): number | null {
  return start && end ? Math.max(0, (Date.parse(end) - Date.parse(start)) / 1000) : null;
}

function tail(text: string, head: string): string {
  return text.startsWith(head) ? text.slice(head.length) : "";
}
