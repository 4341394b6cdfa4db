/** ROC curves and histories of training, those of all runs over each other. */
import { Stack, Text, Title } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ArtifactRow, Comparison, CurveRow, RunHead } from "@/api/client";
import { previewQuery } from "@/api/queries";
import { Chart } from "@/charts/Chart";
import { Empty } from "@/parts/Empty";
import { isHistory } from "@/renderers/history";
import { area } from "@/renderers/roc";
import { Term } from "@/renderers/Term";
import { chart } from "./curve-option";
import { Histories } from "./Histories";
import { OfTurns } from "./OfTurns";
import { byTurn } from "./turn-groups";

const TABLES = ["text/csv", "text/tab-separated-values", "application/vnd.apache.parquet", "application/octet-stream"];

export function Curves({ found }: { found: Comparison }) {
  const groups = useHistories(found);
  const rocs = useMemo(
    () => byTurn(found.curves, (row) => [row.artifact, row.slice].filter(Boolean).join(" / ")),
    [found],
  );
  if (!groups.length && !rocs.length)
    return (
      <Empty title="No curves">
        A task logs a ROC curve to an output of the type ClassificationMetrics, and a history of its training to a
        dataset: a table (CSV or Parquet) with a column <code>epoch</code> and others such as <code>val_loss</code>.
      </Empty>
    );
  return (
    <Stack gap="xl">
      {groups.map(({ name, rows }) => (
        <Stack key={name} gap="xs" component="section">
          <Title order={2} size="h5">
            History <span className="muted">{name}</span>
          </Title>
          <OfTurns found={found} rows={rows}>
            {(row) => <Histories key={row.task} row={row} runs={found.runs} />}
          </OfTurns>
        </Stack>
      ))}
      {rocs.map(({ name, rows }) => (
        <Stack key={name} gap="xs" component="section">
          <Title order={2} size="h5">
            <Term name="ROC" /> <span className="muted">{name}</span>
          </Title>
          <OfTurns found={found} rows={rows}>
            {(row) => <Roc row={row} runs={found.runs} name={name} />}
          </OfTurns>
        </Stack>
      ))}
    </Stack>
  );
}

/** Tables that tell how a training went; of the turns of a loop, the first is looked into for all. */
function useHistories(found: Comparison): { name: string; rows: ArtifactRow[] }[] {
  const tables = useMemo(
    () =>
      byTurn(
        found.artifacts.filter((row) => row.cells.flat().some((made) => TABLES.includes(made.media_type))),
        (row) => row.key,
      ),
    [found],
  );
  const firsts = tables.map(({ rows }) => rows[0]?.cells.flat()[0]?.id ?? "");
  const previews = useQueries({ queries: firsts.map((id) => previewQuery(id)) });
  return tables.filter(({ rows }, place) => {
    const preview = previews[place]?.data;
    const named = /history/.test(rows[0]?.key ?? "") ? { kind: "history" } : {};
    return preview?.kind === "table" && isHistory(preview, named);
  });
}

function Roc({ row, runs, name }: { row: CurveRow; runs: RunHead[]; name: string }) {
  const lines = row.cells.map((points): [number, number][] => points.map(({ fpr, tpr }) => [fpr, tpr]));
  const areas = row.cells.map((points) => (points.length ? `area ${area(points).toFixed(3)}` : ""));
  return (
    <>
      <div className="card" style={{ maxWidth: "44rem" }}>
        <Chart
          option={chart(lines, runs, { x: "False positive rate", y: "True positive rate", notes: areas, chance: true })}
          height={420}
          label={`ROC curves of ${name}`}
        />
      </div>
      <Text size="sm" className="muted">
        The area is how well the two classes are told apart: 1 is perfect, 0.5 is guessing (the grey line).
      </Text>
    </>
  );
}
