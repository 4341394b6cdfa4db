import { Group, MultiSelect, Select, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ArtifactRow, RunHead } from "@/api/client";
import { api, body } from "@/api/client";
import { previewQuery } from "@/api/queries";
import { Chart } from "@/charts/Chart";
import { Failure } from "@/parts/Failure";
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
    queries: ids.map((id) => ({
      queryKey: ["artifact", id, "series", "", x, ...names],
      queryFn: () =>
        body(
          api.GET("/apis/barograph/v1/artifacts/{artifact_id}/rows/series", {
            params: { path: { artifact_id: id }, query: { x, y: names, points: 1000 } },
          }),
        ),
      enabled: Boolean(id && x && names.length),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  if (preview.error) return <Failure error={preview.error} what={`The history of ${row.task}`} />;
  if (!table) return <Skeleton height={300} />;
  const failed = found.flatMap(({ error }, place) => (error ? [{ place, error }] : []));
  return (
    <Stack gap="xs">
      {table.choices.length > 2 && (
        <Group gap="sm" align="end">
          <Select
            label="Over"
            size="xs"
            w={160}
            data={table.choices}
            value={x}
            onChange={(next) => setOver(next ?? undefined)}
            allowDeselect={false}
          />
          <MultiSelect
            label="Curves"
            size="xs"
            maw={560}
            data={table.y}
            value={names}
            onChange={setChosen}
            searchable
            clearable
            clearButtonProps={{ "aria-label": "Choose none" }}
          />
        </Group>
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
