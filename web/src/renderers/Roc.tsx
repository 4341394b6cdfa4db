/** A ROC curve, and the area under it. */
import { Stack, Text, Title } from "@mantine/core";
import type { EChartsOption } from "echarts";
import { useMemo } from "react";
import type { RocPoint } from "@/api/client";
import { Chart } from "@/charts/Chart";
import { area } from "./roc";
import { Term } from "./Term";

export function Roc({ points }: { points: RocPoint[] }) {
  const option = useMemo(() => chart(points), [points]);
  return (
    <Stack gap={4} maw="34rem">
      <Title order={3} size="h6">
        <Term name="ROC">ROC curve</Term>
      </Title>
      <Chart option={option} height={320} label={`ROC curve, area ${area(points).toFixed(3)}`} />
      <Text size="sm" className="muted">
        <Term name="AUC">Area under the curve</Term> {area(points).toFixed(4)}, {points.length} points
      </Text>
    </Stack>
  );
}

function chart(points: RocPoint[]): EChartsOption {
  return {
    grid: { left: 50, right: 20, top: 15, bottom: 40 },
    xAxis: { type: "value", min: 0, max: 1, name: "False positive rate", nameLocation: "middle", nameGap: 25 },
    yAxis: { type: "value", min: 0, max: 1, name: "True positive rate", nameLocation: "middle", nameGap: 35 },
    tooltip: {
      trigger: "axis",
      formatter: (given) => {
        const place = (Array.isArray(given) ? given[0] : given)?.dataIndex ?? 0;
        const point = points[place];
        if (!point) return "";
        const threshold = point.threshold === null ? "none" : point.threshold.toPrecision(4);
        return `threshold ${threshold}<br>false positives ${point.fpr.toFixed(4)}<br>true positives ${point.tpr.toFixed(4)}`;
      },
    },
    series: [
      {
        type: "line",
        data: points.map((point) => [point.fpr, point.tpr]),
        showSymbol: points.length < 30,
        name: "ROC",
      },
      {
        type: "line",
        data: [
          [0, 0],
          [1, 1],
        ],
        showSymbol: false,
        lineStyle: { type: "dashed", width: 1, color: "#8a93a3" },
        silent: true,
        name: "guessing",
      },
    ],
  };
}
