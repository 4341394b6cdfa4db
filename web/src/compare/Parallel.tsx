import { Stack, Title } from "@mantine/core";
import { useMemo } from "react";
import type { Comparison } from "@/api/client";
import { Chart } from "@/charts/Chart";
import { axes } from "./axes";
import { chartColor, dash, letter } from "./marks";
import type { MetricLine } from "./metric-lines";
import { parallel } from "./parallel-option";

/** Parameters and metrics that differ as parallel axes; each run is a line. */
export function Parallel({ found, lines }: { found: Comparison; lines: readonly MetricLine[] }) {
  const option = useMemo(() => {
    const runs = found.runs.map((run, place) => ({
      ...{ name: `${letter(place)} ${run.name}`, color: chartColor(place), dash: dash(place) },
    }));
    return parallel(axes(found, lines), runs, true);
  }, [found, lines]);
  if (!option) return null;
  return (
    <Stack gap="xs">
      <Title order={2} size="h5">
        How parameters and metrics go together
      </Title>
      <div className="card">
        <Chart option={option} height={320} label="Each run as a line over the parameters and metrics that differ" />
      </div>
    </Stack>
  );
}
