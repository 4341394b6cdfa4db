import { Anchor, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import type { Comparison, MetricRow } from "@/api/client";
import { short, signed, written } from "@/format/numbers";
import { duration } from "@/format/time";
import { stateWord } from "@/parts/State";
import { Wide } from "@/parts/Wide";
import classes from "./Compare.module.css";
import { summary } from "./differences";
import { Heads } from "./Heads";
import { letter, Mark } from "./marks";
import type { CompareTab } from "./search";

const FEW = 6;

/** What differs, in a few lines. */
export function Overview({ found, onTab }: { found: Comparison; onTab: (tab: CompareTab) => void }) {
  const { parameters, metrics, key, tasks, artifacts, unwell } = summary(found);
  const to = (tab: CompareTab, text: ReactNode) => (
    <Anchor component="button" type="button" onClick={() => onTab(tab)}>
      {text}
    </Anchor>
  );
  const few = found.parameters.filter((row) => row.differs).slice(0, FEW);
  return (
    <Stack gap="md">
      <ul className={classes.plain}>
        {unwell.map((place) => (
          <li key={found.runs[place]?.id}>
            <Mark place={place} /> {stateWord(found.runs[place]!.state).toLowerCase()}: what it has not made is missing
            below.
          </li>
        ))}
        <li>
          {to("parameters", `${parameters.different.length} of ${parameters.count} parameters`)} differ
          {parameters.different.length > 0 && (
            <>
              : <span className="mono">{parameters.different.slice(0, FEW).join(", ")}</span>
              {parameters.different.length > FEW && " and others"}
            </>
          )}
          .
        </li>
        <li>
          {to("metrics", `${metrics.different} of ${metrics.count} metrics`)} differ.
          {key && <Best row={key} />}
        </li>
        <li>
          {to("graph", `${tasks.shared} of ${tasks.count} tasks`)} are shared: their outputs come from the same
          execution, through the cache.
        </li>
        <li>{to("artifacts", `${artifacts.same} of ${artifacts.count} artifacts`)} are the same, byte for byte.</li>
      </ul>
      <Wide className="card" label="The runs">
        <table className={classes.table}>
          <Heads first="" runs={found.runs} />
          <tbody>
            <Line name="Pipeline" cells={found.runs.map((run) => run.pipeline)} />
            <Line name="Experiment" cells={found.runs.map((run) => run.experiment)} />
            <Line name="State" cells={found.runs.map((run) => stateWord(run.state))} />
            <Line
              name="Duration"
              cells={found.runs.map((run) => (run.seconds === null ? "–" : duration(run.seconds)))}
            />
            {few.map((row) => (
              <Line
                key={row.name}
                name={row.name}
                cells={row.cells.map((cell) => (cell ? written(cell.value) : "–"))}
              />
            ))}
            {key && <Line name={key.key} cells={key.cells.map(short)} />}
          </tbody>
        </table>
      </Wide>
    </Stack>
  );
}

function Best({ row }: { row: MetricRow }) {
  const [place] = row.best;
  if (place === undefined) return null;
  const delta = row.deltas[place];
  return (
    <>
      {" "}
      The best <strong>{row.key}</strong> has <Mark place={place} />: {short(row.cells[place])}
      {place > 0 && typeof delta === "number" && ` (${signed(delta)} against the base)`}.
    </>
  );
}

function Line({ name, cells }: { name: string; cells: string[] }) {
  const differs = cells.some((cell) => cell !== cells[0]);
  return (
    <tr>
      <th scope="row">{name}</th>
      {cells.map((cell, place) => (
        <td key={letter(place)} className={differs && cell !== cells[0] ? classes.changed : undefined}>
          {cell}
        </td>
      ))}
    </tr>
  );
}
