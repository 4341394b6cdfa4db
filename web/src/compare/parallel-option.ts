/** What a chart with parallel axes is drawn from. Pure. */
import type { EChartsOption } from "echarts";
import type { Axis } from "./axes";

/** A run: its place in the axes' values is its place among the lines. */
export type RunLine = { name: string; color: string };

/** @returns Undefined where there is nothing to be seen: fewer than two axes or two runs. */
export function parallel(axes: Axis[], runs: RunLine[], legend: boolean): EChartsOption | undefined {
  if (axes.length < 2 || runs.length < 2) return undefined;
  return {
    tooltip: {},
    legend: legend ? { bottom: 0 } : { show: false },
    parallel: { left: 70, right: 110, top: 50, bottom: legend ? 50 : 24 },
    parallelAxis: axes.map((axis, dim) => ({
      dim,
      name: axis.name,
      nameTextStyle: { fontSize: 11 },
      ...(axis.words ? { type: "category" as const, data: axis.words } : { type: "value" as const, scale: true }),
    })),
    series: runs.map(({ name, color }, place) => ({
      type: "parallel" as const,
      name,
      lineStyle: { color, width: 2, opacity: legend ? 0.9 : 0.5 },
      itemStyle: { color },
      data: [axes.map((axis) => axis.values[place] ?? "-")],
    })),
  };
}
