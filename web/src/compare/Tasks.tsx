/** The runs' graphs against each other, task by task: what is shared through the cache, what differs and why. */
import { Stack, Text } from "@mantine/core";
import { IconLink } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Comparison, RunHead, TaskCell, TaskRow } from "@/api/client";
import { duration } from "@/format/time";
import { Empty } from "@/parts/Empty";
import { State } from "@/parts/State";
import { Wide } from "@/parts/Wide";
import classes from "./Compare.module.css";
import { Heads } from "./Heads";

export function Tasks({ found }: { found: Comparison }) {
  if (!found.tasks.length) return <Empty title="No tasks">None of these runs has got that far.</Empty>;
  return (
    <Stack gap="xs">
      <Text size="sm" className="muted">
        A task is shared where all runs take its outputs from the same execution. Else the reasons are how what it was
        made of differs from the base's.
      </Text>
      <Wide className="card" label="Tasks">
        <table className={classes.table}>
          <Heads first="Task" runs={found.runs} />
          <tbody>
            {found.tasks.map((row) => (
              <Row key={row.path} row={row} runs={found.runs} />
            ))}
          </tbody>
        </table>
      </Wide>
    </Stack>
  );
}

function Row({ row, runs }: { row: TaskRow; runs: RunHead[] }) {
  return (
    <tr>
      <th scope="row">
        {row.path}
        {row.shared && (
          <div className={classes.good}>
            <IconLink size={14} aria-hidden style={{ verticalAlign: -2 }} /> shared
          </div>
        )}
      </th>
      {row.cells.map((cell, place) => (
        <td key={runs[place]?.id}>
          {cell ? (
            <Cell cell={cell} run={runs[place]!} path={row.path} base={place ? row.cells[0] : undefined} />
          ) : (
            <span className="muted">no such task</span>
          )}
        </td>
      ))}
    </tr>
  );
}

type CellProps = { cell: TaskCell; run: RunHead; path: string; base?: TaskCell | null };

function Cell({ cell, run, path, base }: CellProps) {
  const same = base?.execution && base.execution === cell.execution;
  return (
    <Stack gap={2}>
      <span>
        <Link to="/runs/$runId" params={{ runId: run.id }} search={{ node: path }} style={{ textDecoration: "none" }}>
          <State state={cell.cached ? "CACHED" : cell.state} />
        </Link>{" "}
        {cell.seconds !== null && <span className="number">{duration(cell.seconds)}</span>}
      </span>
      {same && <span className="muted">same execution as the base's</span>}
      {cell.error && <span className={classes.worse}>{cell.error.split("\n")[0]}</span>}
      {cell.differences.map((each) => (
        <span key={each} className="mono">
          {each}
        </span>
      ))}
    </Stack>
  );
}
