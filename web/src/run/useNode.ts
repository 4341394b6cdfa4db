import { useQuery } from "@tanstack/react-query";
import type { ArtifactNode, Graph, TaskNode } from "@/api/client";
import { runGraphQuery } from "@/api/queries";
import { turnOf } from "./within";

export type FoundNode = {
  /** The graph that it is in: the given one, or that of its turn. */
  graph: Graph;
  task?: TaskNode;
  artifact?: ArtifactNode;
  isLoading: boolean;
  error: unknown;
};

/** A node by its id, also one that the graph at hand does not have: of a turn of a folded loop, or outside of a part. */
export function useNode(runId: string, graph: Graph, node: string): FoundNode {
  const here = found(graph, node);
  const within = here ? undefined : (turnOf(node) ?? (graph.within ? "" : undefined));
  const { data, error, isPlaceholderData } = useQuery({
    ...runGraphQuery(runId, within),
    enabled: within !== undefined,
  });
  if (here || within === undefined) return { graph, ...here, isLoading: false, error: null };
  const there = isPlaceholderData ? undefined : data?.graph;
  return {
    graph: there ?? graph,
    ...(there && found(there, node)),
    isLoading: !there && !error,
    error,
  };
}

function found(graph: Graph, node: string): Pick<FoundNode, "task" | "artifact"> | undefined {
  const task = graph.tasks.find((task) => task.path === node);
  const artifact = graph.artifacts.find((artifact) => artifact.id === node);
  return task || artifact ? { task, artifact } : undefined;
}
