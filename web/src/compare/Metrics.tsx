/** Every metric of every run, how far it is from the base's, and which is best. */
import { Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import type { Comparison } from "@/api/client";
import { Empty } from "@/parts/Empty";
import { Wide } from "@/parts/Wide";
import { type Chosen, choose } from "@/renderers/directions";
import classes from "./Compare.module.css";
import { Heads, Hidden } from "./Heads";
import { MetricRows } from "./MetricRows";
import { grouped, lineName, type MetricLine } from "./metric-lines";
import { Parallel } from "./Parallel";

type Props = {
  found: Comparison;
  lines: readonly MetricLine[];
  chosen: Chosen;
  onBetter: (better: string | undefined) => void;
  all: boolean;
  q: string;
  onSearch: (q: string) => void;
};

export function Metrics({ found, lines, chosen, onBetter, all, q, onSearch }: Props) {
  if (!lines.length)
    return <Empty title="No metrics">A task logs them to an output of the type Metrics; none of these runs has.</Empty>;
  const differing = lines.filter((line) => all || line.differs);
  const shown = differing.filter((line) => lineName(line).toLowerCase().includes(q.toLowerCase()));
  return (
    <Stack gap="md">
      <Parallel found={found} lines={lines} />
      <Group justify="space-between">
        <Title order={2} size="h5">
          Metrics
        </Title>
        <TextInput
          size="xs"
          aria-label="Find a metric"
          placeholder="Find a metric"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={q}
          onChange={(event) => onSearch(event.currentTarget.value)}
        />
      </Group>
      {found.runs.length > 1 && (
        <Text size="sm" className="muted">
          Beside each number is how far it is from the base's, also in percent of that: green is better, red is worse.
          What is better is guessed from the metric's name; the arrow beside it changes that.
        </Text>
      )}
      {shown.length > 0 && (
        <Wide className={`card ${classes.box}`} label="Metrics">
          <table className={classes.table}>
            <Heads first="Metric" runs={found.runs} numbers />
            {grouped(shown).map((group) => (
              <tbody key={`${group.task}/${group.artifact}`}>
                <tr className={classes.group}>
                  <th scope="rowgroup" colSpan={found.runs.length + 1}>
                    {group.task} <span className="muted">/ {group.artifact}</span>
                  </th>
                </tr>
                {group.lines.map((line) => (
                  <MetricRows
                    key={line.key}
                    found={found}
                    line={line}
                    onBetter={(better) => onBetter(choose(chosen, line, better))}
                  />
                ))}
              </tbody>
            ))}
          </table>
        </Wide>
      )}
      {!shown.length && <p className={classes.plain}>{q ? "No metric has this name." : "The same in all runs."}</p>}
      <Hidden count={lines.length - differing.length} />
    </Stack>
  );
}
