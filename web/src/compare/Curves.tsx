/** ROC curves and histories of training, those of all runs over each other. */
import { Select, SimpleGrid, Stack, Title } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import type { EChartsOption } from "echarts";
import { useState } from "react";
import type { ArtifactRow, Comparison, CurveRow, Curves as Drawn, RunHead } from "@/api/client";
import { api, body } from "@/api/client";
import { previewQuery } from "@/api/queries";
import { Chart } from "@/charts/Chart";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { type Line, lines } from "./lines";
import { chartColor, dash, letter } from "./marks";

export function Curves({ found }: { found: Comparison }) {
  const histories = found.artifacts.filter((row) => /history/.test(row.key) && row.cells.some((made) => made.length));
  if (!histories.length && !found.curves.length)
    return (
      <Empty title="No curves">
        A task logs a ROC curve to an output of the type ClassificationMetrics, and a history of its training to a
        dataset named <code>history</code> (CSV); none of these runs has.
      </Empty>
    );
  return (
    <Stack gap="lg">
      {histories.map((row) => (
        <History key={`${row.task}/${row.key}`} row={row} runs={found.runs} />
      ))}
      {found.curves.map((row) => (
        <Roc key={`${row.task}/${row.artifact}/${row.slice}`} row={row} runs={found.runs} />
      ))}
    </Stack>
  );
}

function Roc({ row, runs }: { row: CurveRow; runs: RunHead[] }) {
  const name = [row.task, row.artifact, row.slice].filter(Boolean).join(" / ");
  const drawn = row.cells.map((points): Line => points.map(({ fpr, tpr }) => [fpr, tpr]));
  return (
    <Stack gap="xs">
      <Title order={2} size="h5">
        ROC <span className="muted">{name}</span>
      </Title>
      <div className="card" style={{ maxWidth: "44rem" }}>
        <Chart
          option={chart(drawn, runs, "False positive rate", "True positive rate")}
          height={420}
          label={`ROC curves of ${name}`}
        />
      </div>
    </Stack>
  );
}

function History({ row, runs }: { row: ArtifactRow; runs: RunHead[] }) {
  const ids = row.cells.map((made) => made[0]?.id ?? "");
  const first = ids.find(Boolean) ?? "";
  const previews = useQueries({ queries: [previewQuery(first)] });
  const preview = previews[0]?.data;
  const columns = preview?.kind === "table" ? preview.columns.map((column) => column.name) : [];
  const [chosen, setX] = useState<string | null>(null);
  const x = chosen ?? columns.find((name) => /epoch|step|iteration/i.test(name)) ?? columns[0] ?? "";
  const y = columns.filter((name) => name !== x && !/^(epoch|step|iteration|seconds|time)$/i.test(name));

  const found = useQueries({
    queries: ids.map((id) => ({
      queryKey: ["artifact", id, "series", x, ...y],
      queryFn: () =>
        body(
          api.GET("/apis/barograph/v1/artifacts/{artifact_id}/rows/series", {
            params: { path: { artifact_id: id }, query: { x, y, points: 1000 } },
          }),
        ),
      enabled: Boolean(id && x && y.length),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  const failed = previews[0]?.error ?? found.find((each) => each.error)?.error;
  if (failed) return <Failure error={failed} what={`The history of ${row.task}`} />;
  if (!y.length) return null;
  const drawn = (name: string) => found.map(({ data }) => lines(data as Drawn | undefined, name));
  return (
    <Stack gap="xs">
      <Title order={2} size="h5">
        History <span className="muted">{`${row.task} / ${row.key}`}</span>
      </Title>
      {columns.length > 2 && (
        <Select label="Over" size="xs" w={160} data={columns} value={x} onChange={setX} allowDeselect={false} />
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        {y.map((name) => (
          <div key={name} className="card">
            <Chart option={chart(drawn(name), runs, x, name)} height={300} label={`${name} over ${x} in each run`} />
          </div>
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function chart(drawn: Line[], runs: RunHead[], x: string, y: string): EChartsOption {
  return {
    tooltip: { trigger: "axis" },
    legend: { top: 4 },
    grid: { left: 60, right: 24, top: 40, bottom: 48 },
    xAxis: { type: "value", name: x, nameLocation: "middle", nameGap: 28 },
    yAxis: { type: "value", name: y, nameLocation: "middle", nameGap: 44, scale: true },
    series: drawn.map((data, place) => ({
      type: "line" as const,
      name: `${letter(place)} ${runs[place]?.name ?? ""}`,
      data,
      showSymbol: data.length < 40,
      color: chartColor(place),
      lineStyle: { color: chartColor(place), type: dash(place), width: 2 },
    })),
  };
}
