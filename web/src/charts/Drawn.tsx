import { useComputedColorScheme } from "@mantine/core";
import { BarChart, LineChart, ParallelChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  ParallelComponent,
  ToolboxComponent,
  TooltipComponent,
} from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import type { ChartProps } from "./Chart";
import { PALETTE } from "./palette";

use([
  ...[BarChart, LineChart, ParallelChart, ScatterChart, SVGRenderer],
  ...[AriaComponent, DataZoomComponent, GridComponent, LegendComponent, TooltipComponent, ToolboxComponent],
  ...[MarkAreaComponent, MarkLineComponent, MarkPointComponent, ParallelComponent],
]);

export function Drawn({ option, height, label }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const dark = useComputedColorScheme("light") === "dark";

  useEffect(() => {
    if (!place.current) return;
    const drawn = init(place.current, dark ? "dark" : null, { renderer: "svg" });
    chart.current = drawn;
    const sized = new ResizeObserver(() => drawn.resize());
    sized.observe(place.current);
    return () => {
      sized.disconnect();
      drawn.dispose();
    };
  }, [dark]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme makes another chart, which has nothing yet
  useEffect(() => {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const usual = { backgroundColor: "transparent", color: PALETTE, animation: !still };
    chart.current?.setOption({ ...usual, ...option }, { notMerge: true });
  }, [option, dark]);

  return <div ref={place} role="img" aria-label={label} style={{ width: "100%", height }} />;
}
