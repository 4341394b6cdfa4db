import { expect, it } from "vitest";
import type { Trend, TrendPoint } from "@/api/client";
import { dotsOf, lastOf, linesOf, measuredFirst } from "./sparkline";

const point = (run_id: string, value: number | null, given: Partial<TrendPoint> = {}): TrendPoint => ({
  ...{ run_id, name: run_id, state: "SUCCEEDED", at: "2030-01-01T00:00:00Z", value, base: "", before: null },
  ...{ worse: false, ...given },
});

it("the best value stands above, the worst below, and the runs from left to right", () => {
  const dots = dotsOf([point("a", 0.5), point("b", 0.75), point("c", 1)]);
  expect(dots.map(({ x, y }) => [x, y])).toEqual([
    [0, 1],
    [0.5, 0.5],
    [1, 0],
  ]);
});

it("a curve of one value, or of equal ones, is in the middle", () => {
  expect(dotsOf([point("a", 3)])).toMatchObject([{ x: 0.5, y: 0.5 }]);
  expect(dotsOf([point("a", 3), point("b", 3)]).map(({ y }) => y)).toEqual([0.5, 0.5]);
});

it("a run without a value has its place, and the line goes over it", () => {
  const dots = dotsOf([point("a", 1), point("b", null, { state: "FAILED" }), point("c", 2)]);
  expect(dots[1]).toMatchObject({ x: 0.5, y: null });
  expect(linesOf(dots).map(([one, other]) => one.point.run_id + other.point.run_id)).toEqual(["ac"]);
  expect(linesOf(dotsOf([point("a", 1)]))).toEqual([]);
});

it("pipelines without a metric come behind the others", () => {
  const trend = (pipeline: string, key: string) => ({ pipeline, key }) as Trend;
  const sorted = measuredFirst([trend("a", ""), trend("b", "f1"), trend("c", ""), trend("d", "loss")]);
  expect(sorted.map(({ pipeline }) => pipeline).join("")).toBe("bdac");
});

it("the last run is one that has ended", () => {
  const going = point("c", null, { state: "RUNNING" });
  expect(lastOf([point("a", 1), point("b", null, { state: "FAILED" }), going])?.run_id).toBe("b");
  expect(lastOf([point("a", null), going])?.run_id).toBe("a");
  expect(lastOf([going])).toBeUndefined();
});
