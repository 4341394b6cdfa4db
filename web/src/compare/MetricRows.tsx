/** A metric in each run; one that a loop measured can be opened to its turns. */
import { UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconStarFilled } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import type { Comparison, MetricRow } from "@/api/client";
import { percent, short, signed, whole } from "@/format/numbers";
import { BetterMenu } from "@/renderers/BetterMenu";
import { type Better, bestOf } from "@/renderers/directions";
import { Term } from "@/renderers/Term";
import { numberOf } from "@/renderers/turns";
import classes from "./Compare.module.css";
import { bars } from "./differences";
import { chartColor } from "./marks";
import { deltaOf, type MetricLine, turnWords } from "./metric-lines";
import { turnOf } from "./turn-groups";

/** Turns that are shown; a run's own metrics have all. */
const MOST = 200;

type Props = { found: Comparison; line: MetricLine; onBetter: (better: Better) => void };

export function MetricRows({ found, line, onBetter }: Props) {
  const [open, setOpen] = useState(false);
  const { turns, key, better } = line;
  return (
    <>
      <Row
        found={found}
        line={line}
        head={
          <>
            <Term name={key} /> <BetterMenu name={key} better={better} onChoose={onBetter} />
            {turns && (
              <UnstyledButton className={classes.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
                {open ? <IconChevronDown size={13} aria-hidden /> : <IconChevronRight size={13} aria-hidden />}
                {better === "neither" ? "of" : "best of"} {whole(turns.rows.length)} turns
              </UnstyledButton>
            )}
          </>
        }
        under={(place) =>
          turns?.winners[place] && turns.counts[place]! > 1 ? turnWords(found, turns.winners[place], place) : null
        }
      />
      {open &&
        turns?.rows
          .slice(0, MOST)
          .map((row) => (
            <Row
              key={row.task}
              found={found}
              line={{ ...line, ...asLine(row, better) }}
              head={<span className={classes.turn}>turn {numberOf(row.task)}</span>}
              under={(place) => (row.cells[place] === null ? null : turnWords(found, turnOf(row), place))}
            />
          ))}
      {open && turns && turns.rows.length > MOST && (
        <tr>
          <td colSpan={found.runs.length + 1} className="muted">
            and {whole(turns.rows.length - MOST)} more turns: the Metrics of each run have all of them.
          </td>
        </tr>
      )}
    </>
  );
}

function asLine(row: MetricRow, better: Better): Pick<MetricLine, "cells" | "best" | "ranges" | "turns"> {
  return { cells: row.cells, best: bestOf(row.cells, better), ranges: undefined, turns: undefined };
}

type RowProps = { found: Comparison; line: MetricLine; head: ReactNode; under: (place: number) => ReactNode };

function Row({ found, line, head, under }: RowProps) {
  const lengths = bars(line.cells);
  return (
    <tr>
      <th scope="row">{head}</th>
      {line.cells.map((cell, place) => {
        const range = line.ranges?.[place];
        const below = under(place);
        return (
          <td key={found.runs[place]?.id} className={classes.number} title={cell === null ? "none" : String(cell)}>
            {line.best.includes(place) && (
              <>
                <IconStarFilled size={13} className={classes.best} role="img" aria-label="best" />{" "}
              </>
            )}
            {cell === null && line.turns?.counts[place] ? <span className="muted">varies</span> : short(cell)}{" "}
            <Delta line={line} place={place} />
            <span
              className={classes.bar}
              style={{ width: `${(lengths[place] ?? 0) * 100}%`, background: chartColor(place) }}
            />
            {range && (
              <small className="muted" title={`${range.low} – ${range.high}`}>
                {short(range.low)} – {short(range.high)}
              </small>
            )}
            {below && <small className="muted">{below}</small>}
          </td>
        );
      })}
    </tr>
  );
}

function Delta({ line, place }: { line: MetricLine; place: number }) {
  const delta = deltaOf(line, place);
  if (!delta) return <span className={classes.delta} />;
  const look = delta.good === undefined ? "muted" : delta.good ? classes.good : classes.worse;
  return (
    <span className={`${classes.delta} ${look}`} title={String(delta.by)}>
      {signed(delta.by)}
      {delta.share !== undefined && delta.by !== 0 && ` (${delta.share > 0 ? "+" : "−"}${share(delta.share)})`}
    </span>
  );
}

function share(value: number): string {
  const size = Math.abs(value);
  return size < 0.1 ? percent(size) : `${whole(Math.round(size * 100))} %`;
}
