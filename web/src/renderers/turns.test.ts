import { expect, test } from "vitest";
import type { Loop } from "@/api/client";
import { isInLoop, itemOf, loopsWithin, nextBy, numberOf, purpose, sorted, tableOf } from "./turns";

const metric = (task: string, key: string, direction: "HIGHER" | "LOWER" = "HIGHER") => ({
  ...{ task, artifact: "metrics", key, direction },
});
const turn = (number: number, rate: unknown, cells: (number | null)[], seconds: number | null = 1) => ({
  path: `loop[${number}]`,
  state: "SUCCEEDED" as const,
  seconds,
  items: [{ name: "rates", value: rate }],
  cells,
  artifacts: [],
});
const LOOP: Loop = {
  path: "loop",
  items: ["rates"],
  metrics: [
    metric("eval", "accuracy"),
    metric("eval", "loss", "LOWER"),
    metric("train", "loss", "LOWER"),
    metric("eval", "photos"),
  ],
  turns: [turn(0, 0.1, [0.5, 2, 1, 4]), turn(1, 0.01, [0.75, 1, 3, 4]), turn(2, 10, [null, null, null, null], null)],
};

test("a turn is a row, and the best of each metric is known", () => {
  const table = tableOf(LOOP, {});
  expect(table.items.map(({ label }) => label)).toEqual(["rates"]);
  expect(table.metrics.map(({ label }) => label)).toEqual(["accuracy", "eval/loss", "train/loss"]);
  expect(table.metrics.map(({ best }) => [...best])).toEqual([["loop[1]"], ["loop[1]"], ["loop[0]"]]);
  expect(table.key?.label).toBe("accuracy");
});

test("the metric that says most comes first, then those beside it, then the others", () => {
  const metrics = [metric("train", "train_loss", "LOWER"), metric("eval", "photos"), metric("eval", "accuracy")];
  const turns = [turn(0, 1, [1, 2, 3]), turn(1, 2, [4, 5, 6])];
  expect(tableOf({ ...LOOP, metrics, turns }, {}).metrics.map(({ label }) => label)).toEqual([
    ...["accuracy", "photos", "train_loss"],
  ]);
});

test("what is the same in all turns is no column", () => {
  expect(tableOf(LOOP, {}).same).toEqual([{ label: "photos", value: 4 }]);
});

test("whoever reads it may choose what is better", () => {
  expect([...tableOf(LOOP, { accuracy: "lower" }).metrics[0]!.best]).toEqual(["loop[0]"]);
});

test("a loop over dictionaries has a column for each of their keys", () => {
  const loop = { ...LOOP, turns: [turn(0, { rate: 0.1, width: 4 }, []), turn(1, { rate: 0.2 }, [])] };
  const { items } = tableOf(loop, {});
  expect(items.map(({ label }) => label)).toEqual(["rate", "width"]);
  expect(loop.turns.map((each) => itemOf(each, items[1]!))).toEqual([4, undefined]);
  expect(purpose(loop.turns[0]!, items)).toBe("rate 0.1, width 4");
});

test("so has one whose compiler made texts of them", () => {
  const loop = { ...LOOP, turns: [turn(0, '{"rate": 0.1}', []), turn(1, '{"rate": 0.2}', [])] };
  const { items } = tableOf(loop, {});
  expect(items.map(({ label }) => label)).toEqual(["rate"]);
  expect(loop.turns.map((each) => itemOf(each, items[0]!))).toEqual([0.1, 0.2]);
  const texts = { ...LOOP, turns: [turn(0, "{no JSON", []), turn(1, '{"rate": 0.2}', [])] };
  expect(tableOf(texts, {}).items.map(({ label }) => label)).toEqual(["rates"]);
});

test("turns are sorted, and those without a value come last either way", () => {
  const table = tableOf(LOOP, {});
  const by = (id: string) => sorted(LOOP.turns, table, id).map(({ path }) => numberOf(path));
  expect(by("-eval/metrics/accuracy")).toEqual(["1", "0", "2"]);
  expect(by("eval/metrics/accuracy")).toEqual(["0", "1", "2"]);
  expect(by("item 0")).toEqual(["1", "0", "2"]);
  expect(by("no such column")).toEqual(["0", "1", "2"]);
});

test("a click sorts the best first, then the worst, then as they ran", () => {
  const first = nextBy(undefined, "x", "higher");
  expect([first, nextBy(first, "x", "higher"), nextBy("x", "x", "higher")]).toEqual(["-x", "x", undefined]);
  expect(nextBy(undefined, "x", "lower")).toBe("x");
});

test("a turn in a turn has both numbers", () => {
  expect(numberOf("a[3].b[12]")).toBe("3 · 12");
});

test("of a group, only the turns in it are told", () => {
  expect(loopsWithin([LOOP], "").length).toBe(1);
  expect(loopsWithin([LOOP], "loop[1]")[0]?.turns.map(({ path }) => path)).toEqual(["loop[1]"]);
  expect(loopsWithin([LOOP], "other")).toEqual([]);
});

test("what a turn made is told by its loop", () => {
  expect(isInLoop("loop[1].eval:metrics", [LOOP])).toBe(true);
  expect(isInLoop("loop.eval:metrics", [LOOP])).toBe(true);
  expect(isInLoop("loop-2.eval:metrics", [LOOP])).toBe(false);
});
