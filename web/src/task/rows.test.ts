import { describe, expect, it } from "vitest";
import type { Graph, TaskNode } from "@/api/client";
import { filtered, rowsOf, sorted, statesOf } from "./rows";

const node = (path: string, given: Partial<TaskNode> = {}): TaskNode => ({
  path,
  parent: "",
  name: path.split(".").at(-1) ?? path,
  kind: "RUNTIME",
  component: "",
  state: "SUCCEEDED",
  cached: false,
  cached_from: null,
  condition: "",
  item: null,
  id: path,
  started_at: null,
  finished_at: null,
  attempts: 0,
  error: "",
  states: {},
  turns: null,
  ...given,
});
const artifact = (id: string, producer: string, made: number): Graph["artifacts"][number] => ({
  ...{ id, producer, made, name: id, parent: "", type: "system.Model", is_list: false, artifact_id: "" },
  ...{ uri: "", digest: "", size: null, media_type: "", scalars: {}, exports: [] },
});
const graph = (tasks: TaskNode[], given: Partial<Graph> = {}): Graph => ({
  ...{ within: "", tasks, artifacts: [], edges: [] },
  ...given,
});
const paths = (rows: { node: TaskNode }[]) => rows.map((row) => row.node.path);
const why = (tasks: TaskNode[], path: string, given: Partial<Graph> = {}) =>
  rowsOf(graph(tasks, given), 0).find((row) => row.node.path === path)?.why;

it("indents what is in groups and counts what they made", () => {
  const tasks = [node("g", { kind: "DAG" }), node("g.a", { parent: "g" }), node("b")];
  const artifacts = [artifact("g.a:m", "g.a", 2), artifact(":in", "", 1)];
  expect(rowsOf(graph(tasks, { artifacts }), 0).map((row) => [row.depth, row.group, row.made])).toEqual([
    [0, true, 2],
    [1, false, 2],
    [0, false, 0],
  ]);
});

describe("why", () => {
  it("is a task's error, with readable names", () => {
    const error = "its condition is false: inputs.parameter_values['pipelinechannel--total-Output'] > 20";
    expect(why([node("a", { state: "SKIPPED", error })], "a")).toBe("its condition is false: total-Output > 20");
  });

  it("is that of the group of a task that never came about", () => {
    const tasks = [
      node("g", { state: "SKIPPED", error: "it is off" }),
      node("g.a", { parent: "g", state: "SKIPPED", id: "" }),
    ];
    expect(why(tasks, "g.a")).toBe("g: it is off");
  });

  it("says what a task waits for", () => {
    const tasks = [node("a", { state: "RUNNING" }), node("b", { state: "PENDING" }), node("c", { state: "PENDING" })];
    const artifacts = [artifact("a:m", "a", 0)];
    const edges: Graph["edges"] = [
      { source: "a", target: "a:m", kind: "OUTPUT", labels: [] },
      { source: "a:m", target: "b", kind: "INPUT", labels: [] },
    ];
    expect(why(tasks, "b", { artifacts, edges })).toBe("waits for a");
    expect(why(tasks, "c", { artifacts, edges })).toBe("waits for a free place");
  });

  it("says what turns a loop has, and what a turn is for", () => {
    const turns = { begun: 3, total: 5, states: {}, failed: [1], folded: true };
    expect(why([node("l", { kind: "LOOP", turns })], "l")).toBe("3 of 5 turns; failed: 1");
    expect(why([node("l[0]", { kind: "ITERATION", item: { a: 1 } })], "l[0]")).toBe('for {"a":1}');
  });
});

it("filters by name, reason and state", () => {
  const rows = rowsOf(graph([node("train"), node("eval", { state: "FAILED", error: "no train split" })]), 0);
  expect(paths(filtered(rows, { text: "TRAIN" }))).toEqual(["train", "eval"]);
  expect(paths(filtered(rows, { text: "", state: "FAILED" }))).toEqual(["eval"]);
  expect(statesOf(rows)).toEqual([
    ["FAILED", 1],
    ["SUCCEEDED", 1],
  ]);
});

it("sorts, and puts what has no value last both ways", () => {
  const at = (seconds: number) => new Date(seconds * 1000).toISOString();
  const rows = rowsOf(
    graph([
      node("none"),
      node("long", { started_at: at(0), finished_at: at(9) }),
      node("short", { started_at: at(5), finished_at: at(6) }),
    ]),
    0,
  );
  expect(paths(sorted(rows, { column: "duration", descending: false }))).toEqual(["short", "long", "none"]);
  expect(paths(sorted(rows, { column: "duration", descending: true }))).toEqual(["long", "short", "none"]);
});
