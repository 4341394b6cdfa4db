/** What a chart with parallel axes is drawn from. Pure. */
import type { EChartsOption } from "echarts";
import { short } from "@/format/numbers";
import type { Axis } from "./axes";

/** Characters of a word at an axis. */
const LONGEST = 18;

/** A run: its place in the axes' values is its place among the lines. */
export type RunLine = { name: string; color: string; dash?: "solid" | "dashed" | "dotted" };

/** @returns Undefined where there is nothing to be seen: fewer than two axes or two runs. */
export function parallel(axes: Axis[], runs: RunLine[], legend: boolean): EChartsOption | undefined {
  if (axes.length < 2 || runs.length < 2) return undefined;
  return {
    tooltip: {
      formatter: (given) => told(axes, Array.isArray(given) ? given[0]?.seriesIndex : given.seriesIndex, runs),
    },
    legend: legend ? { bottom: 0, type: "scroll" } : { show: false },
    parallel: { left: 70, right: 110, top: 50, bottom: legend ? 50 : 24 },
    parallelAxis: axes.map((axis, dim) => ({
      dim,
      name: axis.name,
      nameTextStyle: { fontSize: 11 },
      nameTruncate: { maxWidth: 130 },
      ...(axis.words
        ? { type: "category" as const, data: axis.words, axisLabel: { formatter: cut } }
        : {
            type: axis.wide ? ("log" as const) : ("value" as const),
            scale: true,
            axisLabel: { formatter: (value: number) => short(value) },
          }),
    })),
    series: runs.map(({ name, color, dash }, place) => ({
      type: "parallel" as const,
      name,
      lineStyle: { color, type: dash ?? "solid", width: 2, opacity: legend ? 0.9 : 0.5 },
      itemStyle: { color },
      data: [axes.map((axis) => axis.values[place] ?? "-")],
    })),
  };
}

/** A line in words; names are nobody's, and the chart shows what it is given as HTML. */
function told(axes: Axis[], place: number | undefined, runs: RunLine[]): string {
  if (place === undefined) return "";
  const values = axes.map((axis) => `${axis.name}: ${short(axis.values[place])}`);
  return [`<b>${plain(runs[place]?.name ?? "")}</b>`, ...values.map(plain)].join("<br>");
}

function cut(word: string): string {
  return word.length > LONGEST ? `${word.slice(0, LONGEST - 1)}…` : word;
}

function plain(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
