import { describe, expect, it } from "vitest";
import type { Graph } from "@/api/client";
import { around, fold, openAtFirst } from "./folding";
import { artifact, edge, graphOf, task } from "./making";

/** `make` and `use`, with `inner` between, whose `inner.step` makes what `inner` hands on and something that it keeps. */
const GRAPH: Graph = {
  within: "",
  tasks: [task("make"), task("inner", "", { kind: "DAG" }), task("inner.step", "inner"), task("use")],
  artifacts: [
    artifact("make:data"),
    artifact("inner.step:given", { parent: "inner", exports: ["inner"] }),
    artifact("inner.step:kept", { parent: "inner" }),
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

  describe("of a loop", () => {
    const turns = ["loop[0]", "loop[1]"];
    const loop = graphOf({
      tasks: [
        task("loop", "", { kind: "LOOP" }),
        ...turns.flatMap((turn) => [task(turn, "loop", { kind: "ITERATION" }), task(`${turn}.fit`, turn)]),
      ],
      artifacts: [
        ...turns.map((turn) => artifact(`${turn}.fit:model`, { parent: turn, exports: [turn] })),
        artifact("loop:models"),
      ],
      edges: [
        edge("loop", "loop:models", "OUTPUT"),
        ...turns.flatMap((turn) => [
          edge(`${turn}.fit`, `${turn}.fit:model`, "OUTPUT"),
          edge(`${turn}.fit:model`, "loop:models", "ITEM"),
        ]),
      ],
    });

    it("leads from its turns to what it hands on, and not from the open loop besides", () => {
      expect(ways(loop, open)).not.toContain("loop→loop:models");
      expect(ways(loop, closed)).toEqual(["loop→loop:models"]);
    });

    it("leads from a folded turn straight to the list, without what it hands on", () => {
      const isOpen = (path: string) => path === "loop";
      expect(ids(loop, isOpen)).toEqual(["loop", "loop:models", "loop[0]", "loop[1]"]);
      expect(ways(loop, isOpen)).toEqual(["loop[0]→loop:models", "loop[1]→loop:models"]);
    });
  });

  describe("at first", () => {
    const nested = graphOf({
      tasks: [
        task("a", ""),
        ...Array.from({ length: 8 }, (_, number) => task(`a.${number}`, "a")),
        ...Array.from({ length: 8 }, (_, number) => task(`a.${number}.b`, `a.${number}`)),
      ],
    });

    it("is as open as can be read, level by level", () => {
      expect([...openAtFirst(nested, true, 100)]).toHaveLength(9);
      expect([...openAtFirst(nested, true, 10)]).toEqual(["a"]);
    });

    it("is never a single node, whatever is in it", () => {
      expect([...openAtFirst(nested, true, 3)]).toEqual(["a"]);
    });
  });
});
