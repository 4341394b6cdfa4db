/** Columns of a table as curves over one of them; of a training, with the epoch that was kept. */
import { Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { EChartsOption } from "echarts";
import { useState } from "react";
import type { ArtifactRecord, Column, Curves } from "@/api/client";
import { seriesQuery } from "@/api/queries";
import { Chart } from "@/charts/Chart";
import { short, whole } from "@/format/numbers";
import { Failure } from "@/parts/Failure";
import { CurveChoice } from "./CurveChoice";
import { Guards } from "./Guards";
import { type LossCurve, lossGuards } from "./guards";
import { charts, drawable } from "./history";

/** Columns that are drawn unless others are chosen. */
const FIRST = 8;
const MOST = 50;

type Props = {
  artifact: ArtifactRecord;
  path: string;
  columns: Column[];
  /** Whether the table is one of curves, of which it is plain what is drawn over what. */
  history: boolean;
};

export function CurvesView({ artifact, path, columns, history }: Props) {
  const [over, setOver] = useState<string>();
  const [chosen, setChosen] = useState<string[]>();
  const found = drawable(columns, over);
  if (!found) return <Text size="sm">It takes two columns of numbers to draw a curve.</Text>;
  const y = (chosen ?? found.y.slice(0, FIRST)).filter((name) => name !== found.x).slice(0, MOST);
  return (
    <Stack gap="xs">
      {(history ? found.y.length > FIRST : found.choices.length > 2) && (
        <CurveChoice choices={found.choices} x={found.x} onX={setOver} columns={found.y} y={y} onY={setChosen} />
      )}
      {y.length > 0 ? (
        <Drawn artifact={artifact} path={path} x={found.x} y={y} />
      ) : (
        <Text size="sm">Choose at least one curve.</Text>
      )}
    </Stack>
  );
}

function Drawn({ artifact, path, x, y }: { artifact: ArtifactRecord; path: string; x: string; y: string[] }) {
  const found = useQuery(seriesQuery(artifact.id, x, y, path));
  if (found.error) return <Failure error={found.error} what="The curves" retry={() => found.refetch()} />;
  if (!found.data) return <Skeleton height={260} />;
  const best = artifact.metadata.best_epoch;
  const kept = typeof best === "number" ? best : undefined;
  const { total, series } = found.data;
  return (
    <Stack gap="xs" maw="64rem">
      <Guards guards={lossGuards(loss(found.data, /^(val|valid)/i), loss(found.data, /^train/i), kept)} />
      {[...charts(y)].map(([kind, names]) => (
        <Chart
          key={kind}
          option={option(found.data, names, x, kept)}
          height={240}
          label={`${names.join(" and ")} over ${x}`}
        />
      ))}
      {series.some((curve) => curve.x.length + curve.missing < total) && (
        <Text size="sm" className="muted">
          Drawn from the lows and highs of {whole(total)} rows.
        </Text>
      )}
    </Stack>
  );
}

function option(found: Curves, names: string[], x: string, best?: number): EChartsOption {
  const kept = best === undefined ? undefined : { xAxis: best, label: { formatter: `kept: ${best}` } };
  return {
    grid: { left: 60, right: 30, top: 35, bottom: 45 },
    legend: { top: 0, type: "scroll" },
    tooltip: { trigger: "axis", valueFormatter: (value) => short(Number(value)) },
    xAxis: {
      ...{ type: "value", name: x, nameLocation: "middle", nameGap: 25, min: "dataMin", max: "dataMax" },
      axisLabel: { formatter: (value: number) => short(value) },
      minInterval: found.series.every((curve) => curve.x.every(Number.isInteger)) ? 1 : undefined,
    },
    yAxis: { type: "value", scale: true, axisLabel: { formatter: (value: number) => short(value) } },
    series: found.series
      .filter((curve) => names.includes(curve.name))
      .map((curve, place) => ({
        type: "line",
        name: curve.name,
        data: curve.x.map((at, row) => [at, curve.y[row] ?? null]),
        showSymbol: curve.x.length < 30,
        lineStyle: { type: (["solid", "dashed", "dotted"] as const)[place % 3] },
        ...(place === 0 && kept ? { markLine: { symbol: "none", data: [kept], lineStyle: { type: "dotted" } } } : {}),
      })),
  };
}

function loss(found: Curves, part: RegExp): LossCurve | undefined {
  return found.series.find(({ name }) => part.test(name) && /loss/i.test(name));
}
