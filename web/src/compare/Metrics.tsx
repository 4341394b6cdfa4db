import { Group, Stack, TextInput, Title } from "@mantine/core";
import { IconSearch, IconStarFilled } from "@tabler/icons-react";
import type { Comparison, MetricRow, RunHead } from "@/api/client";
import { short, signed } from "@/format/numbers";
import { Empty } from "@/parts/Empty";
import { Wide } from "@/parts/Wide";
import classes from "./Compare.module.css";
import { bars, better, grouped, metricName } from "./differences";
import { Heads, Hidden } from "./Heads";
import { chartColor } from "./marks";
import { Parallel } from "./Parallel";

type Props = { found: Comparison; all: boolean; q: string; onSearch: (q: string) => void };

/** Every metric of every run, with how far it is from the base's, and which is best. */
export function Metrics({ found, all, q, onSearch }: Props) {
  if (!found.metrics.length)
    return <Empty title="No metrics">A task logs them to an output of the type Metrics; none of these runs has.</Empty>;
  const differing = found.metrics.filter((row) => all || row.differs);
  const shown = differing.filter((row) => metricName(row).toLowerCase().includes(q.toLowerCase()));
  return (
    <Stack gap="md">
      <Parallel found={found} />
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
      {shown.length > 0 && (
        <Wide className="card" label="Metrics">
          <table className={classes.table}>
            <Heads first="Metric" runs={found.runs} numbers />
            {grouped(shown).map((group) => (
              <tbody key={`${group.task}/${group.artifact}`}>
                <tr className={classes.group}>
                  <th scope="rowgroup" colSpan={found.runs.length + 1}>
                    {group.task} <span className="muted">/ {group.artifact}</span>
                  </th>
                </tr>
                {group.rows.map((row) => (
                  <Row key={row.key} row={row} runs={found.runs} />
                ))}
              </tbody>
            ))}
          </table>
        </Wide>
      )}
      {!shown.length && <p className={classes.plain}>{q ? "No metric has this name." : "The same in all runs."}</p>}
      <Hidden count={found.metrics.length - differing.length} />
    </Stack>
  );
}

function Row({ row, runs }: { row: MetricRow; runs: RunHead[] }) {
  const lengths = bars(row.cells);
  return (
    <tr>
      <th scope="row" title={row.direction === "LOWER" ? "Lower is better" : "Higher is better"}>
        {row.key} <span className="muted">{row.direction === "LOWER" ? "↓" : "↑"}</span>
      </th>
      {row.cells.map((cell, place) => (
        <td key={runs[place]?.id} className="number" title={cell === null ? "none" : String(cell)}>
          {row.best.includes(place) && (
            <>
              <IconStarFilled size={13} className={classes.best} role="img" aria-label="best" />{" "}
            </>
          )}
          {short(cell)} <Delta row={row} place={place} />
          <span
            className={classes.bar}
            style={{ width: `${(lengths[place] ?? 0) * 100}%`, background: chartColor(place) }}
          />
        </td>
      ))}
    </tr>
  );
}

function Delta({ row, place }: { row: MetricRow; place: number }) {
  const delta = row.deltas[place];
  if (place === 0 || delta === null || delta === undefined) return <span className={classes.delta} />;
  const good = better(row, place);
  const look = good === undefined ? "muted" : good ? classes.good : classes.worse;
  return <span className={`${classes.delta} ${look}`}>{signed(delta)}</span>;
}
