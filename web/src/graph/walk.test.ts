import { describe, expect, it } from "vitest";
import { fold } from "./folding";
import { artifact, edge, graphOf, task } from "./making";
import { named, nextFailed, reach, standIn, step } from "./walk";

/** `make` gives `data` to `use` and to `inner.step`; `alone` has nothing to do with it. */
const GRAPH = graphOf({
  tasks: [task("make"), task("inner", "", { kind: "DAG" }), task("inner.step", "inner"), task("use"), task("alone")],
  artifacts: [artifact("make:data")],
  edges: [edge("make", "make:data", "OUTPUT"), edge("make:data", "inner.step"), edge("make:data", "use")],
});
const FOLDED = fold(GRAPH, () => true);

describe("what a node reaches", () => {
  it("is all that it depends on and all that depends on it, with the groups around", () => {
    expect([...reach(FOLDED, "use").nodes].sort()).toEqual(["make", "make:data", "use"]);
    expect([...reach(FOLDED, "make").nodes].sort()).toEqual([...["inner", "inner.step", "make", "make:data", "use"]]);
  });

  it("is, of a group, what all in it reaches", () => {
    const { nodes, edges } = reach(FOLDED, "inner");
    expect([...nodes].sort()).toEqual(["inner", "inner.step", "make", "make:data"]);
    expect([...edges].sort()).toEqual(["make:data→inner.step", "make→make:data"]);
  });
});

describe("an arrow key", () => {
  const box = (x: number, y: number) => ({ x, y, width: 10, height: 10 });
  const BOXES = new Map([
    ["make", box(50, 0)],
    ["make:data", box(50, 20)],
    ["inner", box(0, 40)],
    ["inner.step", box(0, 45)],
    ["use", box(60, 40)],
    ["alone", box(100, 40)],
  ]);
  const go = (from: string, to: "up" | "down" | "left" | "right") => step(FOLDED, BOXES, from, to);

  it("leads up and down along edges, to the nearest", () => {
    expect(go("make", "down")).toBe("make:data");
    expect(go("make:data", "down")).toBe("use");
    expect(go("use", "up")).toBe("make:data");
  });

  it("leads sideways in the row", () => {
    expect(go("use", "right")).toBe("alone");
    expect(go("alone", "left")).toBe("use");
    expect(go("alone", "right")).toBeUndefined();
  });

  it("leads to what lies there where there is no edge", () => {
    expect(go("alone", "up")).toBe("make:data");
  });

  it("begins with the first node", () => {
    expect(go("nothing", "down")).toBe("make");
  });
});

describe("the next failed task", () => {
  const failed = graphOf({
    tasks: [
      task("group", "", { kind: "DAG", state: "FAILED" }),
      task("group.a", "group", { state: "FAILED" }),
      task("b"),
      task("c", "", { state: "FAILED" }),
    ],
  });

  it("is one that failed itself, round and round", () => {
    expect(nextFailed(failed, undefined)).toBe("group.a");
    expect(nextFailed(failed, "group.a")).toBe("c");
    expect(nextFailed(failed, "c")).toBe("group.a");
    expect(nextFailed(GRAPH, undefined)).toBeUndefined();
  });
});

describe("a node by its name", () => {
  it("is the one that is called so, or else the first whose name holds it", () => {
    expect(named(["train-model", "model", "model:file"], "Model ")).toBe("model");
    expect(named(["train-model", "other"], "mod")).toBe("train-model");
    expect(named(["other"], "mod")).toBeUndefined();
  });
});

describe("what stands for a node", () => {
  const has =
    (...ids: string[]) =>
    (id: string) =>
      ids.includes(id);

  it("is itself, where it is drawn", () => {
    expect(standIn("a[1].fit", has("a[1].fit", "a.fit"))).toBe("a[1].fit");
  });

  it("is in a folded loop the same without the turn's number", () => {
    expect(standIn("a[1].fit:model", has("a.fit:model"))).toBe("a.fit:model");
    expect(standIn("a[1]", has("a"))).toBe("a");
    expect(standIn("a[1].b[2].fit", has("a[1].b.fit", "a.b.fit"))).toBe("a[1].b.fit");
    expect(standIn("a[1].b[2].fit", has("a.b.fit"))).toBe("a.b.fit");
  });

  it("is nothing where there is nothing of the kind", () => {
    expect(standIn("a[1].fit", has("b"))).toBeUndefined();
    expect(standIn("fit", has("b"))).toBeUndefined();
  });
});
