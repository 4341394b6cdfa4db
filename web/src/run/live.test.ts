import { describe, expect, it } from "vitest";
import type { FullRun, RunChange, RunGraph, TaskChange } from "@/api/client";
import { graphOf, task } from "@/graph/making";
import { withRun, withTask } from "./live";

const change = (path: string, more: Partial<TaskChange> = {}): TaskChange => ({
  ...{ id: "new", run_id: "r", path, kind: "RUNTIME", state: "RUNNING", error: "" },
  ...{ at: "2026-01-01T00:00:00Z", cached_from: null, finished_at: null },
  started_at: "2026-01-01T00:00:00Z",
  ...more,
});
const RUN = {
  run_id: "r",
  state: "RUNNING",
  last_event: 1,
  graph: graphOf({ tasks: [task("a", "", { state: "PENDING", id: "" }), task("b")] }),
} as RunGraph;
const tasksAfter = (...args: Parameters<typeof change>) => withTask(RUN, change(...args)).graph.tasks;

describe("an event of a task", () => {
  it("changes that task, and no other", () => {
    const [a, b] = tasksAfter("a");
    expect([a?.id, a?.state, a?.started_at]).toEqual(["new", "RUNNING", "2026-01-01T00:00:00Z"]);
    expect(b).toBe(RUN.graph.tasks[1]);
    expect(RUN.graph.tasks[0]?.state).toBe("PENDING");
  });

  it("tells the first line of an error, and what comes from the cache", () => {
    expect(tasksAfter("a", { state: "FAILED", error: "it failed\nTraceback" })[0]?.error).toBe("it failed");
    expect(tasksAfter("a", { state: "CACHED", cached_from: "other" })[0]).toMatchObject({
      ...{ cached: true, cached_from: "other" },
    });
  });

  it("of a task that is not drawn changes nothing", () => {
    expect(withTask(RUN, change("loop[3].a"))).toBe(RUN);
  });
});

describe("an event of a run", () => {
  it("changes what it tells, and leaves the rest", () => {
    const run = { id: "r", name: "old", state: "RUNNING", pipeline: "p" } as FullRun;
    const told = { state: "SUCCEEDED", name: "new", started_at: null, finished_at: null, error: "" } as RunChange;
    expect(withRun(run, told)).toMatchObject({ id: "r", name: "new", state: "SUCCEEDED", pipeline: "p" });
  });
});
