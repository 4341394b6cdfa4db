/** Curves of training, with the epoch that was kept. */
import { Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { EChartsOption } from "echarts";
import type { ArtifactRecord, Curves } from "@/api/client";
import { api, body } from "@/api/client";
import { Chart } from "@/charts/Chart";
import { Failure } from "@/parts/Failure";
import { Guards } from "./Guards";
import { divergence } from "./guards";
import { charts, overColumn } from "./history";

export function History({ artifact, columns }: { artifact: ArtifactRecord; columns: string[] }) {
  const x = overColumn(columns) ?? "";
  const y = columns.filter((name) => name !== x);
  const found = useQuery({
    queryKey: ["artifact", artifact.id, "series", x, ...y],
    queryFn: ({ signal }) =>
      body(
        api.GET("/apis/barograph/v1/artifacts/{artifact_id}/rows/series", {
          params: { path: { artifact_id: artifact.id }, query: { x, y, points: 1000 } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (found.error) return <Failure error={found.error} what="The curves" />;
  if (!found.data) return <Skeleton height={260} />;
  const best = artifact.metadata.best_epoch;
  const guard = divergence(values(found.data, /val.*loss/i), values(found.data, /train.*loss/i));
  return (
    <Stack gap="xs">
      {guard && <Guards guards={[guard]} />}
      {[...charts(columns)].map(([kind, names]) => (
        <Chart
          key={kind}
          option={option(found.data, names, x, typeof best === "number" ? best : undefined)}
          height={240}
          label={`${names.join(" and ")} over ${x}`}
        />
      ))}
    </Stack>
  );
}

function option(found: Curves, names: string[], x: string, best?: number): EChartsOption {
  const kept = best === undefined ? undefined : { xAxis: best, label: { formatter: `kept: ${best}` } };
  return {
    grid: { left: 55, right: 20, top: 35, bottom: 40 },
    legend: { top: 0 },
    tooltip: { trigger: "axis", valueFormatter: (value) => Number(value).toPrecision(4) },
    xAxis: { type: "value", name: x, nameLocation: "middle", nameGap: 25, min: "dataMin", max: "dataMax" },
    yAxis: { type: "value", scale: true },
    series: found.series
      .filter((curve) => names.includes(curve.name))
      .map((curve, place) => ({
        type: "line",
        name: curve.name,
        data: pairs(curve),
        showSymbol: false,
        lineStyle: { type: place % 2 ? "dashed" : "solid" },
        ...(place === 0 && kept ? { markLine: { symbol: "none", data: [kept], lineStyle: { type: "dotted" } } } : {}),
      })),
  };
}

type Curve = Curves["series"][number];

function pairs(curve: Curve): [number, number | null][] {
  return curve.x.map((at, place) => [at, curve.y[place] ?? null]);
}

function values(found: Curves, name: RegExp): number[] {
  const curve = found.series.find((each) => name.test(each.name));
  return curve ? curve.y.filter((value): value is number => typeof value === "number") : [];
}
