/** What a chart with a curve for each run is drawn from. Pure. */
import type { EChartsOption } from "echarts";
import type { RunHead } from "@/api/client";
import { short } from "@/format/numbers";
import type { Line } from "./lines";
import { chartColor, dash, letter } from "./marks";

type About = {
  x: string;
  y: string;
  /** What is said of each run's curve beside its name. */
  notes?: string[];
  /** Whether the line of guessing is drawn. */
  chance?: boolean;
};

export function chart(drawn: Line[], runs: Pick<RunHead, "name">[], { x, y, notes, chance }: About): EChartsOption {
  const minInterval = drawn.every((line) => line.every(([at]) => Number.isInteger(at))) ? 1 : undefined;
  const number = { formatter: (value: number) => short(value) };
  return {
    tooltip: { trigger: "axis", valueFormatter: (value) => short(Number(value)) },
    legend: { top: 4, type: "scroll" },
    grid: { left: 60, right: 24, top: 40, bottom: 48 },
    xAxis: {
      type: "value",
      name: x,
      nameLocation: "middle",
      nameGap: 28,
      min: "dataMin",
      max: "dataMax",
      axisLabel: number,
      minInterval,
    },
    yAxis: { type: "value", name: y, nameLocation: "middle", nameGap: 44, scale: true, axisLabel: number },
    series: [
      ...drawn.flatMap((data, place) =>
        data.length
          ? [
              {
                type: "line" as const,
                name: [letter(place), runs[place]?.name, notes?.[place]].filter(Boolean).join(" "),
                data,
                showSymbol: data.length < 40,
                color: chartColor(place),
                lineStyle: { color: chartColor(place), type: dash(place), width: 2 },
              },
            ]
          : [],
      ),
      ...(chance ? [GUESSING] : []),
    ],
  };
}

const GUESSING = {
  type: "line" as const,
  name: "guessing",
  data: [
    [0, 0],
    [1, 1],
  ],
  showSymbol: false,
  silent: true,
  color: "#8a93a3",
  lineStyle: { type: "dashed" as const, width: 1, color: "#8a93a3" },
};
