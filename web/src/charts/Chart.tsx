/** A chart; the library that draws it is loaded when there is one to draw. */
import { Skeleton } from "@mantine/core";
import type { EChartsOption } from "echarts";
import { lazy, Suspense } from "react";

const Drawn = lazy(() => import("./Drawn").then((found) => ({ default: found.Drawn })));

export type ChartProps = {
  option: EChartsOption;
  height: number;
  /** What it shows, for those who don't see it. */
  label: string;
};

export function Chart(props: ChartProps) {
  return (
    <Suspense fallback={<Skeleton height={props.height} />}>
      <Drawn {...props} />
    </Suspense>
  );
}
