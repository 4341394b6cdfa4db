import { describe, expect, it } from "vitest";
import type { Graph, TaskNode } from "@/api/client";
import { merged, onNodes, united } from "./union";
import type { Judged } from "./verdicts";

const graph = (tasks: [path: string, parent: string][], edges: Graph["edges"] = []): Graph => ({
  within: "",
  tasks: tasks.map(([path, parent]) => ({ path, parent, name: path, kind: "RUNTIME", state: "FAILED" }) as TaskNode),
  artifacts: [],
  edges,
});
const verdict = (...verdicts: Judged["verdicts"]): Judged => ({ verdicts, worst: verdicts.at(-1)!, rows: 1 });
const merge = (...lists: string[]) =>
  merged(
    lists.map((list) => [...list]),
    (item) => item,
  ).join("");

describe("graphs as one", () => {
  it("have everything once, and nothing of what happened", () => {
    const edge = { source: "a", target: "b", kind: "ORDER" as const, labels: [] };
    const found = united([
      graph(
        [
          ["a", ""],
          ["b", ""],
        ],
        [edge],
      ),
      graph(
        [
          ["a", ""],
          ["c", ""],
          ["b", ""],
        ],
        [edge],
      ),
    ]);
    expect(found.tasks.map((task) => [task.path, task.state])).toEqual([
      ...[
        ["a", null],
        ["c", null],
        ["b", null],
      ],
    ]);
    expect(found.edges).toEqual([edge]);
  });

  it("put what only a later one has behind what it has before that", () => {
    expect(merge("abc", "axbc", "abcy")).toBe("axbcy");
    expect(merge("ac", "abc")).toBe("abc");
    expect(merge("", "ab")).toBe("ab");
    expect([...merge("ab", "xab", "yab")].sort().join("")).toBe("abxy");
  });
});

describe("the verdicts on nodes", () => {
  const nested = graph(
    [
      ["loop", ""],
      ["loop.turn", "loop"],
      ["loop.turn.fit", "loop.turn"],
      ["loop.turn.test", "loop.turn"],
      ["other", ""],
    ],
    [{ source: "loop.turn.fit:model", target: "loop:models", kind: "ITEM", labels: [] }],
  );
  const given = new Map([
    ["loop.turn.fit", verdict("shared", "equal")],
    ["loop.turn.test", verdict("shared", "different")],
    ["loop.turn.fit:model", verdict("shared", "equal")],
  ]);

  it("on groups are those on what is in them, however deep", () => {
    const found = onNodes(nested, given, 2);
    expect(found.get("loop")).toEqual({ verdicts: ["shared", "different"], worst: "different", rows: 2 });
    expect(found.get("loop.turn")?.worst).toBe("different");
  });

  it("on what is recorded nowhere is that it did not run", () => {
    expect(onNodes(nested, given, 2).get("other")).toEqual({ verdicts: ["idle", "idle"], worst: "idle", rows: 0 });
  });

  it("on a loop's list are those on what it is made of", () => {
    expect(onNodes(nested, given, 2).get("loop:models")?.worst).toBe("equal");
  });
});
