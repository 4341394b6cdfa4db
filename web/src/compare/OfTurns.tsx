import { Select, Stack } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Comparison } from "@/api/client";
import { numberOf } from "@/renderers/turns";
import { letter } from "./marks";
import { turnWords } from "./metric-lines";
import { turnOf } from "./turn-groups";

type Props<R> = { found: Comparison; rows: R[]; children: (row: R) => ReactNode };

/** One of several rows, each of another turn of a loop. */
export function OfTurns<R extends { task: string }>({ found, rows, children }: Props<R>) {
  const [task, setTask] = useState<string | null>(null);
  const row = rows.find((each) => each.task === task) ?? rows[0];
  if (!row) return null;
  return (
    <Stack gap="xs">
      {rows.length > 1 && (
        <Select
          label="Turn of the loop"
          size="xs"
          w={420}
          data={rows.map((each) => ({ value: each.task, label: label(found, turnOf(each)) }))}
          value={row.task}
          onChange={setTask}
          allowDeselect={false}
          searchable
        />
      )}
      {children(row)}
    </Stack>
  );
}

/** What the turn is for in each run: once, where that is the same. */
function label(found: Comparison, turn: string): string {
  const said = found.runs.map((_, place) => turnWords(found, turn, place));
  const all = new Set(said).size === 1 ? said.slice(0, 1) : said.map((words, place) => `${letter(place)} ${words}`);
  return `${numberOf(turn)}: ${all.join("; ")}`;
}
