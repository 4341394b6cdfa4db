import { describe, expect, it } from "vitest";
import type { Graph, Loop } from "@/api/client";
import { task } from "@/graph/making";
import { childrenOf, firstFailed, meant, secondsOf, turnOf } from "./within";

const loop = (path: string, ...turns: string[]): Loop => ({
  path,
  items: ["rates"],
  metrics: [],
  turns: turns.map((turn) => ({ path: turn, state: "SUCCEEDED", seconds: 1, items: [], cells: [], artifacts: [] })),
});
const LOOPS = [loop("a", "a[0]", "a[1]"), loop("a.b", "a[0].b[0]", "a[0].b[1]", "a[1].b[0]")];
const turns = (node: string) => meant(node, LOOPS)?.turns.map((turn) => turn.path);

describe("the turn that a node is in", () => {
  it("is the innermost, and a turn is its own", () => {
    expect(turnOf("a[1].b[2].fit:model")).toBe("a[1].b[2]");
    expect(turnOf("a[1].b.fit")).toBe("a[1]");
    expect(turnOf("a[10]")).toBe("a[10]");
    expect(turnOf("a.fit:model")).toBeUndefined();
  });
});

describe("what a node stands for", () => {
  it("is all turns of a loop", () => {
    expect(turns("a")).toEqual(["a[0]", "a[1]"]);
    expect(meant("a", LOOPS)?.rest).toBe("");
  });

  it("is the same task, or artifact, in each turn", () => {
    expect(turns("a.fit")).toEqual(["a[0]", "a[1]"]);
    expect(meant("a.fit:model", LOOPS)?.rest).toBe(".fit:model");
    expect(meant("a:models", LOOPS)?.rest).toBe(":models");
  });

  it("is the turns of a loop in a loop, of one turn if it is drawn by itself", () => {
    expect(turns("a.b.fit")).toEqual(["a[0].b[0]", "a[0].b[1]", "a[1].b[0]"]);
    expect(turns("a[0].b.fit")).toEqual(["a[0].b[0]", "a[0].b[1]"]);
    expect(turns("a[1].b")).toEqual(["a[1].b[0]"]);
  });

  it("is nothing outside of loops, whatever names have in common", () => {
    expect(meant("ab.fit", LOOPS)).toBeUndefined();
    expect(meant("fit", LOOPS)).toBeUndefined();
  });
});

describe("what is in a group", () => {
  const graph: Graph = {
    within: "",
    tasks: [
      task("g", "", { kind: "DAG", state: "FAILED" }),
      task("g.late", "g", { state: "FAILED", finished_at: "2026-01-01T00:00:09Z" }),
      task("g.in", "g", { kind: "DAG", state: "FAILED", finished_at: "2026-01-01T00:00:01Z" }),
      task("g.in.early", "g.in", { state: "FAILED", finished_at: "2026-01-01T00:00:05Z" }),
      task("gone", "", { state: "FAILED", finished_at: "2026-01-01T00:00:00Z" }),
    ],
    artifacts: [],
    edges: [],
  };

  it("is told by one level", () => {
    expect(childrenOf(graph, "g").map((each) => each.path)).toEqual(["g.late", "g.in"]);
  });

  it("failed first where it failed by itself, however deep", () => {
    expect(firstFailed(graph, "g")?.path).toBe("g.in.early");
    expect(firstFailed(graph, "none")).toBeUndefined();
  });

  it("took a time only if it is over", () => {
    const started_at = "2026-01-01T00:00:00Z";
    expect(secondsOf(task("a", "", { started_at, finished_at: "2026-01-01T00:00:02.5Z" }))).toBe(2.5);
    expect(secondsOf(task("a", "", { started_at }))).toBeNull();
  });
});
