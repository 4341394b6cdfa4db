import { Anchor, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import type { Comparison } from "@/api/client";
import { short, signed, written } from "@/format/numbers";
import { duration } from "@/format/time";
import { stateWord } from "@/parts/State";
import { Wide } from "@/parts/Wide";
import { Term } from "@/renderers/Term";
import classes from "./Compare.module.css";
import { summary } from "./differences";
import { Heads } from "./Heads";
import { letter, Mark } from "./marks";
import { deltaOf, type MetricLine, turnWords } from "./metric-lines";
import type { CompareTab } from "./search";

const FEW = 6;

type Props = { found: Comparison; lines: readonly MetricLine[]; onTab: (tab: CompareTab) => void };

/** What differs, in a few lines. */
export function Overview({ found, lines, onTab }: Props) {
  const { parameters, metrics, key, tasks, artifacts, unwell } = summary(found, lines);
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
          {key && <Best found={found} line={key} />}
        </li>
        <li>
          {to("graph", `${tasks.shared} of ${tasks.count} tasks`)} are shared: their outputs come from the same
          execution, through the cache.
        </li>
        <li>{to("artifacts", `${artifacts.same} of ${artifacts.count} artifacts`)} are the same, byte for byte.</li>
      </ul>
      <Wide className={`card ${classes.box}`} label="The runs">
        <table className={classes.table}>
          <Heads first="Run" runs={found.runs} />
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

function Best({ found, line }: { found: Comparison; line: MetricLine }) {
  const [place] = line.best;
  if (place === undefined) return null;
  const delta = deltaOf(line, place);
  const turn = line.turns?.winners[place];
  return (
    <>
      {" "}
      The best <Term name={line.key} /> has <Mark place={place} />: {short(line.cells[place])}
      {turn && `, with ${turnWords(found, turn, place)}`}
      {delta && ` (${signed(delta.by)} against the base)`}.
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
