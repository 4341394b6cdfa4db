import { describe, expect, it } from "vitest";
import type { ArtifactNode, EdgeKind, Graph, TaskNode } from "@/api/client";
import { around, fold } from "./folding";

const task = (path: string, parent = "", more: Partial<TaskNode> = {}): TaskNode => ({
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
const artifact = (producer: string, name: string, parent = "", exports: string[] = []): ArtifactNode => ({
  id: `${producer}:${name}`,
  parent,
  producer,
  name,
  type: "system.Dataset",
  is_list: false,
  made: 1,
  artifact_id: "a",
  uri: "",
  digest: "",
  size: null,
  media_type: "",
  scalars: {},
  exports,
});
const edge = (source: string, target: string, kind: EdgeKind = "INPUT", labels: string[] = []) => ({
  source,
  target,
  kind,
  labels,
});

/** `make` and `use`, with `inner` between, whose `inner.step` makes what `inner` hands on and something that it keeps. */
const GRAPH: Graph = {
  within: "",
  tasks: [task("make"), task("inner", "", { kind: "DAG" }), task("inner.step", "inner"), task("use")],
  artifacts: [
    artifact("make", "data"),
    artifact("inner.step", "given", "inner", ["inner"]),
    artifact("inner.step", "kept", "inner"),
  ],
  edges: [
    edge("make", "make:data", "OUTPUT"),
    edge("make:data", "inner.step"),
    edge("inner.step", "inner.step:given", "OUTPUT"),
    edge("inner.step", "inner.step:kept", "OUTPUT"),
    edge("inner.step:given", "use"),
  ],
};
const open = () => true;
const closed = () => false;
const ids = (graph: Graph, isOpen: (path: string) => boolean, artifacts = true) =>
  fold(graph, isOpen, artifacts).nodes.map((node) => node.id);
const ways = (graph: Graph, isOpen: (path: string) => boolean, artifacts = true) =>
  fold(graph, isOpen, artifacts).edges.map((each) => each.id);

describe("folding", () => {
  it("draws everything of an open graph, each artifact behind its maker", () => {
    expect(ids(GRAPH, open)).toEqual([
      ...["make", "make:data", "inner", "inner.step", "inner.step:given", "inner.step:kept", "use"],
    ]);
    expect(ways(GRAPH, open)).toHaveLength(GRAPH.edges.length);
  });

  it("hides what is in a folded group, but draws beside it what it hands on", () => {
    const { nodes } = fold(GRAPH, closed);
    expect(nodes.map((node) => node.id)).toEqual(["make", "make:data", "inner", "inner.step:given", "use"]);
    expect(nodes.find((node) => node.id === "inner.step:given")?.parent).toBe("");
  });

  it("lets an edge's end in a folded group become the group's", () => {
    expect(ways(GRAPH, closed)).toEqual([
      ...["make→make:data", "make:data→inner", "inner→inner.step:given", "inner.step:given→use"],
    ]);
  });

  it("connects tasks at once where artifacts are not drawn", () => {
    expect(ways(GRAPH, open, false)).toEqual(["make→inner.step", "inner.step→use"]);
    expect(ways(GRAPH, closed, false)).toEqual(["make→inner", "inner→use"]);
  });

  it("draws one edge for several between the same two, with the labels of all", () => {
    const graph = {
      ...GRAPH,
      edges: [edge("make", "use", "PARAMETER", ["a"]), edge("make", "use", "PARAMETER", ["b"])],
    };
    expect(fold(graph, open).edges).toMatchObject([{ labels: ["a", "b"] }]);
  });

  it("draws no edge between a group and what is in it", () => {
    expect(ways({ ...GRAPH, edges: [edge("inner", "inner.step", "ORDER")] }, open)).toEqual([]);
  });

  it("takes the parent of a part's own group for outside", () => {
    const part: Graph = {
      within: "a.b",
      tasks: [task("a.b", "a", { kind: "DAG" }), task("a.b.c", "a.b")],
      artifacts: [],
      edges: [],
    };
    expect(fold(part, open).nodes.map((node) => node.parent)).toEqual(["", "a.b"]);
    expect(around(part, "a.b.c")).toEqual(["a.b"]);
  });

  it("leaves no edge without its ends", () => {
    for (const isOpen of [open, closed])
      for (const artifacts of [true, false]) {
        const { nodes, edges } = fold(GRAPH, isOpen, artifacts);
        const drawn = new Set(nodes.map((node) => node.id));
        for (const { source, target } of edges) expect([drawn.has(source), drawn.has(target)]).toEqual([true, true]);
      }
  });
});
