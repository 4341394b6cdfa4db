import { describe, expect, it } from "vitest";
import type { ArtifactRow, Comparison, TaskCell, TaskRow } from "@/api/client";
import { judged, ofArtifact, ofTask, together } from "./verdicts";

const cell = (execution: string, more: Partial<TaskCell> = {}): TaskCell => ({
  id: execution,
  state: "SUCCEEDED",
  seconds: 1,
  cached: false,
  execution,
  same: true,
  fingerprint: "",
  error: "",
  differences: [],
  ...more,
});
const row = (path: string, ...cells: (TaskCell | null)[]): TaskRow => ({ path, kind: "RUNTIME", cells, shared: false });
const made = (id: string, digest: string) => ({ id, digest, size: 1, media_type: "", uri: "" });
const artifacts = (task: string, ...cells: ArtifactRow["cells"]): ArtifactRow => ({
  ...{ task, key: "data", type: "system.Dataset", cells, same: false },
});

describe("a task", () => {
  it("is shared where its outputs come from the base's execution", () => {
    const taken = cell("one", { state: "CACHED", cached: true });
    expect(ofTask(row("a", cell("one"), taken))).toEqual(["shared", "shared"]);
  });

  it("that was executed anew made the same, or not", () => {
    const different = cell("three", { same: false });
    expect(ofTask(row("a", cell("one"), cell("two"), different))).toEqual(["shared", "equal", "different"]);
  });

  it("may be only in the base, only in another, or in neither", () => {
    expect(ofTask(row("a", cell("one"), null))).toEqual(["shared", "gone"]);
    expect(ofTask(row("a", null, cell("one"), null))).toEqual(["none", "added", "none"]);
  });

  it("that failed is told as failed, also where the base has none", () => {
    const failed = cell("", { state: "FAILED", same: null });
    expect(ofTask(row("a", cell("one"), failed))).toEqual(["shared", "failed"]);
    expect(ofTask(row("a", null, failed))).toEqual(["none", "failed"]);
  });

  it("that succeeded where the base failed has a result that the base has not", () => {
    expect(ofTask(row("a", cell("", { state: "FAILED" }), cell("two", { same: null })))).toEqual([
      ...["failed", "different"],
    ]);
  });

  it("that was skipped did not run", () => {
    expect(ofTask(row("a", cell("one"), cell("", { state: "SKIPPED", same: null })))).toEqual(["shared", "idle"]);
  });
});

describe("an artifact", () => {
  it("is the same one, has the same content, or another", () => {
    const cells = [[made("a", "1")], [made("a", "1")], [made("b", "1")], [made("c", "2")]];
    expect(ofArtifact(artifacts("t", ...cells))).toEqual(["shared", "shared", "equal", "different"]);
  });

  it("may be missing on either side", () => {
    expect(ofArtifact(artifacts("t", [made("a", "1")], []))).toEqual(["shared", "gone"]);
    expect(ofArtifact(artifacts("t", [], [made("a", "1")], []))).toEqual(["idle", "added", "none"]);
  });

  it("that is a list is compared as a whole", () => {
    const [one, other] = [made("a", "1"), made("b", "2")];
    expect(ofArtifact(artifacts("t", [one, other], [one]))).toEqual(["shared", "different"]);
  });
});

describe("a node", () => {
  it("stands for its task in all turns of a loop, and says what one looks for first", () => {
    const found = judged({
      tasks: [
        row("loop[0].fit", cell("one"), cell("one")),
        row("loop[1].fit", cell("two"), cell("three", { same: false })),
      ],
      artifacts: [artifacts("loop[0].fit", [made("a", "1")], [made("a", "1")])],
    } as unknown as Comparison);
    expect(found.get("loop.fit")).toEqual({ verdicts: ["shared", "different"], worst: "different", rows: 2 });
    expect(found.get("loop.fit:data")?.worst).toBe("shared");
  });

  it("says nothing without verdicts", () => {
    expect(together([])).toEqual({ verdicts: [], worst: "none", rows: 0 });
  });
});
