import { describe, expect, it } from "vitest";
import type { Comparison, MetricRow } from "@/api/client";
import { axes } from "./axes";
import { asBase, bars, better, grouped, summary } from "./differences";
import { lines } from "./lines";
import { letter } from "./marks";
import { compareSearch } from "./search";
import { deltaTint } from "./tint";

const metric = (key: string, cells: (number | null)[], differs = true): MetricRow => ({
  task: "eval",
  artifact: "metrics",
  key,
  direction: key === "loss" ? "LOWER" : "HIGHER",
  cells,
  deltas: cells.map((cell) => (cell === null || cells[0] === null ? null : cell - (cells[0] ?? 0))),
  best: [1],
  differs,
});

const found = {
  runs: [
    { id: "a", state: "SUCCEEDED" },
    { id: "b", state: "FAILED" },
  ],
  parameters: [
    { name: "epochs", cells: [{ value: 10 }, { value: 30 }], differs: true },
    { name: "model", cells: [{ value: "small" }, null], differs: true },
    { name: "seed", cells: [{ value: 1 }, { value: 1 }], differs: false },
  ],
  outputs: [],
  metrics: [metric("accuracy", [0.5, 0.75]), metric("loss", [2, 1]), metric("photos", [4, 4], false)],
  matrices: [],
  curves: [],
  artifacts: [],
  tasks: [],
} as unknown as Comparison;

describe("a comparison", () => {
  it("is summed up: what differs, what says most, what has not ended well", () => {
    const told = summary(found);
    expect(told.parameters).toEqual({ different: ["epochs", "model"], count: 3 });
    expect(told.metrics).toEqual({ different: 2, count: 3 });
    expect(told.key?.key).toBe("accuracy");
    expect(told.unwell).toEqual([1]);
  });

  it("has an axis for all that differs, words for what is no number, and the telling metric last", () => {
    const drawn = axes(found);
    expect(drawn.map((axis) => axis.name)).toEqual(["epochs", "model", "loss", "accuracy"]);
    expect(drawn[1]).toEqual({ name: "model", values: ["small", null], words: ["small"] });
  });

  it("holds the metrics of one artifact together", () => {
    expect(grouped(found.metrics).map((group) => group.rows.length)).toEqual([3]);
  });

  it("knows which change is a good one", () => {
    expect(better(metric("accuracy", [0.5, 0.7]), 1)).toBe(true);
    expect(better(metric("loss", [2, 3]), 1)).toBe(false);
    expect(better(metric("loss", [2, 2]), 1)).toBeUndefined();
  });
});

it("bars are as long as their numbers, against the longest", () => {
  expect(bars([1, -2, null])).toEqual([0.5, 1, 0]);
  expect(bars([0, 0])).toEqual([0, 0]);
});

it("another run becomes the base, the others keep their order", () => {
  expect(asBase(["a", "b", "c"], 2)).toEqual(["c", "a", "b"]);
});

it("letters go on behind Z", () => {
  expect([0, 25, 26, 27].map(letter)).toEqual(["A", "Z", "AA", "AB"]);
});

it("a run that is named twice is compared once", () => {
  expect(compareSearch({ runs: "a,b,a" }).runs).toBe("a,b");
});

it("more hits and fewer mistakes are green, the others red", () => {
  expect(deltaTint(1, 2, true)).toBe(deltaTint(-1, 2, false));
  expect(deltaTint(-1, 2, true)).toBe(deltaTint(1, 2, false));
  expect(deltaTint(1, 2, true)).not.toBe(deltaTint(-1, 2, true));
  expect(deltaTint(0, 2, true)).toBeUndefined();
});

it("a curve is made of points", () => {
  const curves = { x: "epoch", total: 2, series: [{ name: "loss", x: [1, 2], y: [3, 4], missing: 0 }] };
  expect(lines(curves, "loss")).toEqual([
    [1, 3],
    [2, 4],
  ]);
  expect(lines(undefined, "loss")).toEqual([]);
});
