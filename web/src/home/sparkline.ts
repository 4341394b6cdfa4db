/** Where the points of a small curve are. Pure. */
import type { Trend, TrendPoint } from "@/api/client";
import { ENDED } from "@/parts/State";

/** A run of the curve: shares of the width and, from above, of the height; no height where it has no value. */
export type Dot = { point: TrendPoint; x: number; y: number | null };

/** The runs, the oldest at the left. A curve of equal values is a line in the middle. */
export function dotsOf(points: readonly TrendPoint[]): Dot[] {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return points.map((point, place) => ({
    point,
    x: points.length === 1 ? 0.5 : place / (points.length - 1),
    y: point.value === null ? null : high === low ? 0.5 : (high - point.value) / (high - low),
  }));
}

/** Pairs of dots that a line goes between: each that has a value, and the next one that has. */
export function linesOf(dots: readonly Dot[]): [Dot, Dot][] {
  const placed = dots.filter(({ y }) => y !== null);
  return placed.slice(1).map((dot, place) => [placed[place] ?? dot, dot]);
}

/** The last run that has ended. */
export function lastOf(points: readonly TrendPoint[]): TrendPoint | undefined {
  return points.findLast(({ state }) => ENDED.has(state));
}

/** Pipelines with a metric first, else as they are given. */
export function measuredFirst(trends: readonly Trend[]): Trend[] {
  return trends.toSorted((one, other) => Number(one.key === "") - Number(other.key === ""));
}
