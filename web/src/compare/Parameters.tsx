import { Stack, Title } from "@mantine/core";
import type { Comparison, RunHead, ValueRow } from "@/api/client";
import { written } from "@/format/numbers";
import { Empty } from "@/parts/Empty";
import { Wide } from "@/parts/Wide";
import classes from "./Compare.module.css";
import { Heads, Hidden } from "./Heads";

/** The parameters and the outputs of the pipeline in each run. */
export function Parameters({ found, all }: { found: Comparison; all: boolean }) {
  return (
    <Stack gap="lg">
      <Values title="Parameters" rows={found.parameters} runs={found.runs} all={all} />
      {found.outputs.length > 0 && <Values title="Outputs" rows={found.outputs} runs={found.runs} all={all} />}
    </Stack>
  );
}

function Values({ title, rows, runs, all }: { title: string; rows: ValueRow[]; runs: RunHead[]; all: boolean }) {
  const shown = rows.filter((row) => all || row.differs);
  if (!rows.length) return <Empty title={`No ${title.toLowerCase()}`}>The pipelines of these runs have none.</Empty>;
  return (
    <Stack gap="xs">
      <Title order={2} size="h5">
        {title}
      </Title>
      {shown.length ? (
        <Wide className={`card ${classes.box}`} label={title}>
          <table className={classes.table}>
            <Heads first="Name" runs={runs} />
            <tbody>
              {shown.map((row) => (
                <tr key={row.name}>
                  <th scope="row" className="mono">
                    {row.name}
                  </th>
                  {row.cells.map((cell, place) => (
                    <td key={runs[place]?.id} className={differs(row, place) ? classes.changed : undefined}>
                      {cell ? <span className="mono">{written(cell.value)}</span> : <span className="muted">–</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      ) : (
        <p className={classes.plain}>The same in all runs.</p>
      )}
      <Hidden count={rows.length - shown.length} />
    </Stack>
  );
}

function differs(row: ValueRow, place: number): boolean {
  return place > 0 && JSON.stringify(row.cells[place]) !== JSON.stringify(row.cells[0]);
}
