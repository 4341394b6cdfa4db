/** Which tasks a run failed by. Pure. */
import type { Graph, TaskNode } from "@/api/client";
import { groupsOf } from "@/graph/folding";

/** The tasks that failed themselves, in the order of the pipeline; groups that fail with them are left out. */
export function culprits(graph: Graph | undefined): TaskNode[] {
  if (!graph) return [];
  const groups = groupsOf(graph);
  return graph.tasks.filter((task) => task.state === "FAILED" && !groups.has(task.path));
}
