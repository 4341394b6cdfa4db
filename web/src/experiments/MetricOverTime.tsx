import { Select, Stack, Text } from "@mantine/core";
import type { EChartsOption } from "echarts";
import { useMemo } from "react";
import type { RunRow } from "@/api/client";
import { Chart } from "@/charts/Chart";
import { metricKey } from "@/runs/columns";

type Props = { runs: RunRow[]; names: string[]; metric: string; onMetric: (metric: string) => void };

/** A metric of the experiment's runs, by when they started. */
export function MetricOverTime({ runs, names, metric, onMetric }: Props) {
  const option = useMemo(() => overTime(runs, metric), [runs, metric]);
  return (
    <Stack gap="sm">
      <Select
        label="Metric"
        w={340}
        data={names}
        value={metric}
        onChange={(next) => next && onMetric(next)}
        searchable
        allowDeselect={false}
      />
      <div className="card">
        <Chart option={option} height={380} label={`${metric} of each run by its start`} />
      </div>
      <Text size="sm" className="muted">
        The newest {runs.length} runs, as far as they have it.
      </Text>
    </Stack>
  );
}

function overTime(runs: RunRow[], metric: string): EChartsOption {
  const data = runs
    .filter((run) => run.metrics[metric] !== undefined)
    .map((run) => ({ name: run.name, value: [run.started_at ?? run.created_at, run.metrics[metric] ?? null] }))
    .reverse();
  return {
    tooltip: { trigger: "item" },
    grid: { left: 70, right: 30, top: 30, bottom: 50 },
    xAxis: { type: "time" },
    yAxis: { type: "value", name: metricKey(metric), scale: true },
    series: [{ type: "line", name: metricKey(metric), data, symbolSize: 9, lineStyle: { type: "dotted", width: 1 } }],
  };
}
