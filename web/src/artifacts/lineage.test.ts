import { expect, test } from "vitest";
import type { Lineage } from "@/api/client";
import { placed, sentence } from "./lineage";

const artifact = (id: string, depth: number) => ({
  ...{ id, name: id, type: "system.Model", uri: "", digest: "", size: 1, media_type: "", created_at: "", depth },
});
const task = (id: string, depth: number) => ({
  ...{ id, run_id: "r", path: id, kind: "RUNTIME", state: "SUCCEEDED", finished_at: null, depth },
});
const edge = (source: string, target: string, relation: string) => ({ source, target, relation, keys: [] });
const FOUND = {
  root: "model",
  artifacts: [artifact("model", 0), artifact("split", -1), artifact("report", 1)],
  tasks: [task("train", -1), task("eval", 1), task("prep", -2)],
  edges: [
    edge("split", "train", "TOOK"),
    edge("train", "model", "MADE"),
    edge("model", "eval", "TOOK"),
    edge("eval", "report", "MADE"),
    edge("prep", "split", "MADE"),
  ],
  runs: [],
  open: [],
} as unknown as Lineage;

test("what was there first stands left of what came of it", () => {
  const places = placed(FOUND);
  for (const { source, target } of FOUND.edges) expect(places.get(source)!.x).toBeLessThan(places.get(target)!.x);
  const spots = [...places.values()].map(({ x, y }) => `${x},${y}`);
  expect(new Set(spots).size).toBe(spots.length);
});

test("a sentence tells where it comes from", () => {
  expect(sentence(FOUND)).toBe("model ← train ← split ← prep");
});
