/** Graphs made for tests. */
import type { ArtifactNode, EdgeKind, Graph, TaskNode } from "@/api/client";

export const task = (path: string, parent = "", more: Partial<TaskNode> = {}): TaskNode => ({
  path,
  parent,
  name: path.split(".").at(-1)!,
  kind: "RUNTIME",
  component: "",
  state: "SUCCEEDED",
  cached: false,
  condition: "",
  item: null,
  id: path,
  cached_from: null,
  started_at: null,
  finished_at: null,
  attempts: 1,
  error: "",
  states: {},
  turns: null,
  ...more,
});

export const artifact = (id: string, more: Partial<ArtifactNode> = {}): ArtifactNode => ({
  id,
  parent: "",
  producer: id.slice(0, id.lastIndexOf(":")),
  name: id.slice(id.lastIndexOf(":") + 1),
  type: "system.Dataset",
  is_list: false,
  made: 1,
  artifact_id: "a",
  uri: "",
  digest: "",
  size: null,
  media_type: "",
  scalars: {},
  exports: [],
  ...more,
});

export const edge = (source: string, target: string, kind: EdgeKind = "INPUT", labels: string[] = []) => ({
  source,
  target,
  kind,
  labels,
});

export const graphOf = (parts: Partial<Graph>): Graph => ({
  within: "",
  tasks: [],
  artifacts: [],
  edges: [],
  ...parts,
});
