import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { relative } from "@/format/time";
import { stateWord } from "@/parts/State";
import { asked, fetchRuns } from "@/runs/list";

/** Finds another run to compare with. */
export function AddRun({ ids, onAdd }: { ids: string[]; onAdd: (id: string) => void }) {
  const [text, setText] = useState("");
  const [q] = useDebouncedValue(text, 200);
  const { data } = useQuery({
    queryKey: ["runs-to-compare", q],
    queryFn: ({ signal }) => fetchRuns(asked({ q: q || undefined }, {}, []), undefined, signal, 30),
    placeholderData: keepPreviousData,
  });
  const choices = (data?.runs ?? [])
    .filter((run) => !ids.includes(run.id))
    .map((run) => ({
      value: run.id,
      label: `${run.name} · ${stateWord(run.state)} · ${relative(run.created_at)}`,
    }));
  return (
    <Select
      aria-label="Add a run"
      placeholder="Add a run…"
      w={280}
      data={choices}
      value={null}
      onChange={(id) => {
        if (id) onAdd(id);
        setText("");
      }}
      searchable
      searchValue={text}
      onSearchChange={setText}
      filter={({ options }) => options}
      comboboxProps={{ width: 420, position: "bottom-end" }}
      nothingFoundMessage="No other run has this name"
    />
  );
}
