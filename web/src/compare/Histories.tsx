import { SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ArtifactRow, RunHead } from "@/api/client";
import { previewQuery, seriesQuery } from "@/api/queries";
import { Chart } from "@/charts/Chart";
import { Failure } from "@/parts/Failure";
import { CurveChoice } from "@/renderers/CurveChoice";
import { drawable } from "@/renderers/history";
import { chart } from "./curve-option";
import { lines } from "./lines";
import { letter } from "./marks";

const TIMES = /^(seconds?|time|timestamp|elapsed)$/i;
const FIRST = 6;

/** The columns of a history, each in a chart in which every run has its curve. */
export function Histories({ row, runs }: { row: ArtifactRow; runs: RunHead[] }) {
  const ids = row.cells.map((made) => made[0]?.id ?? "");
  const preview = useQuery(previewQuery(ids.find(Boolean) ?? ""));
  const [over, setOver] = useState<string>();
  const [chosen, setChosen] = useState<string[]>();
  const table = preview.data?.kind === "table" ? drawable(preview.data.columns, over) : undefined;
  const x = table?.x ?? "";
  const y = chosen ?? (table?.y ?? []).filter((name) => !TIMES.test(name)).slice(0, FIRST);
  const names = y.filter((name) => name !== x);
  const found = useQueries({
    queries: ids.map((id) => ({ ...seriesQuery(id, x, names), enabled: Boolean(id && x && names.length) })),
  });
  if (preview.error) return <Failure error={preview.error} what={`The history of ${row.task}`} />;
  if (!table) return <Skeleton height={300} />;
  const failed = found.flatMap(({ error }, place) => (error ? [{ place, error }] : []));
  return (
    <Stack gap="xs">
      {table.choices.length > 2 && (
        <CurveChoice choices={table.choices} x={x} onX={setOver} columns={table.y} y={names} onY={setChosen} />
      )}
      {failed.map(({ place, error }) => (
        <Text key={letter(place)} size="sm" className="muted">
          {letter(place)} is missing: {error.message}
        </Text>
      ))}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        {names.map((name) => (
          <div key={name} className="card">
            <Chart
              option={chart(
                found.map(({ data }) => lines(data, name)),
                runs,
                { x, y: name },
              )}
              height={300}
              label={`${name} over ${x} in each run`}
            />
          </div>
        ))}
      </SimpleGrid>
    </Stack>
  );
}
