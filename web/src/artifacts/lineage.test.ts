import { describe, expect, test } from "vitest";
import type { Lineage } from "@/api/client";
import { foldName, reached, shown } from "./lineage";
import { CARD, placed } from "./lineage-places";
import { type Part, story } from "./lineage-story";

const artifact = (id: string, type = "system.Dataset") => ({
  ...{ id, name: id, type, uri: `file:///${id}`, digest: "", size: 1, media_type: "", created_at: "", depth: 0 },
});
const task = (id: string, run_id = "r", state = "SUCCEEDED", kind = "RUNTIME") => ({
  ...{ id, run_id, path: id, kind, state, finished_at: null, depth: 0 },
});
const edge = (source: string, target: string, relation: string) => ({ source, target, relation, keys: [] });
const made = (source: string, target: string) => edge(source, target, "MADE");
const took = (source: string, target: string) => edge(source, target, "TOOK");

/** photos → prep → split → train → model → eval → report; another run took the model from the cache. */
const FOUND = {
  root: "model",
  artifacts: [
    artifact("model", "system.Model"),
    artifact("split"),
    artifact("photos"),
    artifact("report", "system.HTML"),
    artifact("matrix", "system.ClassificationMetrics"),
    artifact("copy", "system.Model"),
  ],
  tasks: [
    task("prep"),
    task("train"),
    task("eval"),
    task("train again", "r2", "CACHED"),
    task("eval again", "r2", "CACHED"),
  ],
  edges: [
    took("photos", "prep"),
    made("prep", "split"),
    took("split", "train"),
    made("train", "model"),
    took("model", "eval"),
    made("eval", "report"),
    made("eval", "matrix"),
    edge("train again", "model", "REUSED"),
    took("split", "train again"),
    took("model", "eval again"),
    edge("eval again", "report", "REUSED"),
    edge("eval again", "matrix", "REUSED"),
    edge("model", "copy", "SAME"),
  ],
  runs: [
    { id: "r", name: "first try" },
    { id: "r2", name: "once more" },
  ],
  open: [],
} as unknown as Lineage;
const ids = (each: { id: string }[]) => each.map(({ id }) => id).sort();
const said = (parts: Part[]) => parts.map((part) => (typeof part === "string" ? part : part.text)).join("");

describe("what is shown of a lineage", () => {
  test("is what it comes from and what came of it, without what only took it from the cache", () => {
    const found = shown(FOUND, {});
    expect(ids(found.artifacts)).toEqual(["matrix", "model", "photos", "report", "split"]);
    expect(ids(found.tasks)).toEqual(["eval", "prep", "train"]);
  });

  test("is opened and closed, each way", () => {
    const closed = shown(FOUND, { [foldName("up", "model")]: false });
    expect(ids(closed.artifacts)).toEqual(["matrix", "model", "report"]);
    expect(closed.behind.get("up model")).toEqual({ count: 1, open: false });
    expect(ids(shown(FOUND, { [foldName("up", "split")]: false }).tasks)).toEqual(["eval", "train"]);
  });

  test("begins with what is near, and goes on where that is opened", () => {
    const chain = {
      ...FOUND,
      root: "a0",
      artifacts: [0, 1, 2, 3, 4].map((at) => artifact(`a${at}`)),
      tasks: [0, 1, 2, 3].map((at) => task(`t${at}`)),
      edges: [0, 1, 2, 3].flatMap((at) => [took(`a${at}`, `t${at}`), made(`t${at}`, `a${at + 1}`)]),
    } as unknown as Lineage;
    expect(ids(shown(chain, {}).artifacts)).toEqual(["a0", "a1", "a2"]);
    expect(shown(chain, {}).behind.get("down a2")).toEqual({ count: 1, open: false });
    expect(ids(shown(chain, { "down a2": true }).artifacts)).toEqual(["a0", "a1", "a2", "a3"]);
  });

  test("is the newest few of many tasks that took something, until all are wanted", () => {
    const many = Array.from({ length: 9 }, (_, at) => `t${at}`);
    const wide = {
      ...FOUND,
      root: "a",
      artifacts: [artifact("a")],
      tasks: many.map((id, at) => ({ ...task(id), finished_at: `2026-01-0${at + 1}T00:00:00Z` })),
      edges: many.map((id) => took("a", id)),
    } as unknown as Lineage;
    const found = shown(wide, {});
    expect(ids(found.tasks)).toEqual(["t4", "t5", "t6", "t7", "t8"]);
    expect(found.left.get("down a")).toBe(4);
    expect(shown(wide, {}, new Set(["down a"])).tasks).toHaveLength(9);
  });
});

test("where there is too much of which nothing came, that of each task is shown as one", () => {
  const made_ = Array.from({ length: 14 }, (_, at) => `a${at}`);
  const wide = {
    ...FOUND,
    root: "a",
    artifacts: [artifact("a"), ...made_.map((id) => artifact(id)), artifact("used")],
    tasks: [task("t"), task("other"), task("user")],
    edges: [
      ...[took("a", "t"), took("a", "other"), made("t", "used"), took("used", "user")],
      ...made_.map((id, at) => made(at ? "t" : "other", id)),
    ],
  } as unknown as Lineage;
  const found = shown(wide, {});
  expect(ids(found.artifacts)).toEqual(["a", "a0", "used"]);
  expect(found.groups.map((group) => [group.id, group.artifacts.length])).toEqual([["of t", 13]]);
  expect(found.edges).toContainEqual({ source: "t", target: "of t" });
  expect(placed(found).size).toBe(3 + 3 + 1);
  expect(shown(wide, {}, new Set(["of t"])).artifacts).toHaveLength(16);
});

test("what was there first stands left of what came of it, and nothing on anything else", () => {
  const found = shown(FOUND, {});
  const places = placed(found);
  for (const { source, target } of found.edges) expect(places.get(source)!.x).toBeLessThan(places.get(target)!.x);
  const spots = [...places.values()].map(({ x, y }) => `${x},${y}`);
  expect(new Set(spots).size).toBe(places.size);
});

test("lines do not cross where they need not", () => {
  const pairs = [0, 1, 2].map((at) => ({ source: `a${at}`, target: `t${2 - at}` }));
  const places = placed({
    artifacts: ["a0", "a1", "a2"].map((id) => artifact(id)),
    tasks: ["t0", "t1", "t2"].map((id) => task(id)),
    groups: [],
    edges: pairs,
  } as unknown as Parameters<typeof placed>[0]);
  for (const { source, target } of pairs) expect(places.get(source)!.y).toBe(places.get(target)!.y);
  expect(places.get("t0")!.x - places.get("a0")!.x).toBe(CARD.across);
});

test("everything that would change is counted, and in which runs", () => {
  const down = reached({ ...FOUND, root: "split" }, "down");
  expect(ids(down.artifacts)).toEqual(["matrix", "model", "report"]);
  expect(down.runs).toBe(2);
});

describe("a lineage in words", () => {
  test("tells where it comes from, and what changes with it", () => {
    const { origin, impact } = story(FOUND);
    expect(said(origin)).toBe(
      "This model was trained on split by train in the run first try. Before that, 1 other artifact of 1 run went into it.",
    );
    expect(said(impact)).toBe(
      "If this model changes, 2 artifacts of 2 runs are affected: 1 report and 1 set of metrics.",
    );
  });

  test("says measured of metrics, written of reports and made of all else", () => {
    const of = (root: string) => said(story({ ...FOUND, root }).origin);
    expect(of("matrix")).toContain("This set of metrics was measured on model by eval");
    expect(of("report")).toContain("This report was written from model by eval");
    expect(of("split")).toContain("This dataset was made from photos by prep");
  });

  test("tells of what nothing is known, and of what nothing came", () => {
    expect(said(story({ ...FOUND, root: "photos" }).origin)).toBe(
      "Nothing is recorded of where this dataset comes from.",
    );
    expect(said(story({ ...FOUND, root: "report" }).impact)).toBe(
      "Nothing has used this report yet: if it changes, nothing else does.",
    );
  });
});
