/** The classes of a table: how often each value stands in one of its columns. */
import { Select, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ArtifactRecord, Column } from "@/api/client";
import { api, body } from "@/api/client";
import { whole } from "@/format/numbers";
import { Failure } from "@/parts/Failure";
import { ClassCounts } from "./ClassCounts";
import { countable, labelColumn } from "./classes";

const MOST = 100;

type Props = {
  artifact: ArtifactRecord;
  path: string;
  columns: Column[];
  /** Whether the classes are told already: then nothing is counted before it is asked for. */
  isTold: boolean;
};

export function ValueCounts({ artifact, path, columns, isTold }: Props) {
  const choices = countable(columns);
  const [chosen, setChosen] = useState<string | null>(() => (isTold ? null : (labelColumn(columns) ?? null)));
  if (!choices.length) return null;
  return (
    <Stack gap="xs">
      <Select
        label="Count the values of"
        placeholder="a column"
        size="xs"
        w={220}
        data={choices}
        value={chosen}
        onChange={setChosen}
        clearable
        clearButtonProps={{ "aria-label": "Count none" }}
        searchable
      />
      {chosen && <Counted key={chosen} artifact={artifact} path={path} column={chosen} />}
    </Stack>
  );
}

function Counted({ artifact, path, column }: { artifact: ArtifactRecord; path: string; column: string }) {
  const found = useQuery({
    queryKey: ["artifact", artifact.id, "values", path, column],
    queryFn: ({ signal }) =>
      body(
        api.GET("/apis/barograph/v1/artifacts/{artifact_id}/rows/values", {
          params: { path: { artifact_id: artifact.id }, query: { column, path, limit: MOST } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (found.error) return <Failure error={found.error} what="The values" retry={() => found.refetch()} />;
  if (!found.data) return <Skeleton height={80} />;
  const { rows, missing, different, values } = found.data;
  if (different === null) return <Text size="sm">It has too many different values to be counted.</Text>;
  if (different === rows && rows > 1) return <Text size="sm">Every row has another value.</Text>;
  return (
    <Stack gap={4}>
      {(missing > 0 || different > values.length) && (
        <Text size="sm">
          {missing > 0 && `${whole(missing)} of ${whole(rows)} rows have no value. `}
          {different > values.length && `The ${values.length} most frequent of ${whole(different)} values are shown.`}
        </Text>
      )}
      <ClassCounts of="rows" counts={values.map(({ value, count }) => ({ label: String(value), count }))} />
    </Stack>
  );
}
