import { describe, expect, it } from "vitest";
import type { Comparison, MetricRow } from "@/api/client";
import { axes } from "./axes";
import { chart } from "./curve-option";
import { asBase, bars, placesByLabel, summary } from "./differences";
import { lines } from "./lines";
import { letter } from "./marks";
import { deltaOf, grouped, metricLines, turnWords } from "./metric-lines";
import { compareSearch } from "./search";
import { deltaTint } from "./tint";
import { byTurn, turnOf } from "./turn-groups";

const metric = (key: string, cells: (number | null)[], differs = true, task = "eval"): MetricRow => ({
  task,
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
  turns: [],
} as unknown as Comparison;
const measured = metricLines(found, {});

describe("a comparison", () => {
  it("is summed up: what differs, what says most, what has not ended well", () => {
    const told = summary(found, measured);
    expect(told.parameters).toEqual({ different: ["epochs", "model"], count: 3 });
    expect(told.metrics).toEqual({ different: 2, count: 3 });
    expect(told.key?.key).toBe("accuracy");
    expect(told.unwell).toEqual([1]);
  });

  it("has an axis for all that differs, words for what is no number, and the telling metric last", () => {
    const drawn = axes(found, measured);
    expect(drawn.map((axis) => axis.name)).toEqual(["epochs", "model", "loss", "accuracy"]);
    expect(drawn[1]).toEqual({ name: "model", values: ["small", null], words: ["small"] });
  });

  it("holds the metrics of one artifact together", () => {
    expect(grouped(measured).map((group) => group.lines.length)).toEqual([3]);
  });

  it("knows how large a change is, and which one is a good one", () => {
    const [accuracy, loss, photos] = measured;
    expect(deltaOf(accuracy!, 1)).toEqual({ by: 0.25, share: 0.5, good: true });
    expect(deltaOf({ ...loss!, cells: [2, 3] }, 1)).toEqual({ by: 1, share: 0.5, good: false });
    expect(deltaOf({ ...photos!, cells: [4, 5] }, 1)).toEqual({ by: 1, share: 0.25 });
    expect(deltaOf({ ...loss!, cells: [0, 3] }, 1)?.share).toBeUndefined();
    expect(deltaOf(accuracy!, 0)).toBeUndefined();
  });

  it("marks what is best as whoever reads it wants it", () => {
    expect(metricLines(found, { loss: "higher" }).map(({ best }) => best)).toEqual([[1], [0], []]);
  });
});

describe("what a loop measured", () => {
  const turns = {
    ...found,
    metrics: [
      metric("accuracy", [0.5, 0.75], true, "loop[0].eval"),
      metric("accuracy", [0.625, 0.25], true, "loop[1].eval"),
      metric("accuracy", [null, 0.5], true, "loop[2].eval"),
      metric("photos", [4, 4], false, "loop[0].eval"),
      metric("photos", [5, 4], true, "loop[1].eval"),
    ],
    turns: [
      {
        path: "loop[0]",
        cells: [
          { name: "rates", value: 0.1 },
          { name: "rates", value: 0.2 },
        ],
      },
      { path: "loop[1]", cells: [{ name: "item", value: { rate: 1, size: "big" } }, null] },
    ],
  } as unknown as Comparison;
  const [accuracy, photos] = metricLines(turns, {});

  it("is one line, with the best turn of each run", () => {
    expect(accuracy).toMatchObject({ task: "loop.eval", cells: [0.625, 0.75], best: [1], differs: true });
    expect(accuracy?.turns).toMatchObject({ winners: ["loop[1]", "loop[0]"], counts: [2, 3] });
  });

  it("is told only where it is the same in all turns, if none is better", () => {
    expect(photos?.cells).toEqual([null, 4]);
  });

  it("says what the turn was for", () => {
    expect(turnWords(turns, "loop[0]", 1)).toBe("rates 0.2");
    expect(turnWords(turns, "loop[1]", 0)).toBe("rate 1, size big");
    expect(turnWords(turns, "loop[1]", 1)).toBe("turn 1");
  });
});

it("the ends of a range stand with what they are of", () => {
  const given = [metric("f1", [0.5, 0.75]), metric("f1_low", [0.25, null]), metric("f1_high", [0.625, 1])];
  const [f1, ...others] = metricLines({ ...found, metrics: given } as Comparison, {});
  expect(others).toEqual([]);
  expect(f1?.ranges).toEqual([{ low: 0.25, high: 0.625 }, undefined]);
});

it("classes of another matrix are put in the same order", () => {
  expect(placesByLabel(["a", "b", "c", "x"], ["c", "a", "b"])).toEqual([2, 0, 1, 3]);
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

it("what the turns of a loop made is one thing, with a choice between them", () => {
  const rows = ["loop[0].eval", "loop[1].eval", "eval"].map((task) => ({ task, key: "matrix" }));
  const groups = byTurn(rows, ({ key }) => key);
  expect(groups.map(({ name, rows: of }) => [name, of.length])).toEqual([
    ["loop.eval / matrix", 2],
    ["eval / matrix", 1],
  ]);
  expect(rows.map(turnOf)).toEqual(["loop[0]", "loop[1]", ""]);
});

it("a chart has a curve for each run that has one", () => {
  const option = chart([[[0, 1]], []], [{ name: "first" }, { name: "second" }], {
    x: "epoch",
    y: "loss",
    chance: true,
  });
  expect((option.series as { name: string }[]).map(({ name }) => name)).toEqual(["A first", "guessing"]);
});
