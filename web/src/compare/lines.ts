/** A curve as a chart takes it. Pure. */
import type { Curves } from "@/api/client";

export type Line = [number, number][];

/** The points of one column; none while there are none. */
export function lines(found: Curves | undefined, name: string): Line {
  const series = found?.series.find((each) => each.name === name);
  return series ? series.x.map((x, place) => [x, series.y[place] ?? Number.NaN]) : [];
}
