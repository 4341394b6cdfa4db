/** A task in the timeline: its name, how long it took, and its bars. */
import { Tooltip } from "@mantine/core";
import { IconBolt, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import type { CSSProperties, KeyboardEvent } from "react";
import { duration, exact } from "@/format/time";
import { StateIcon, stateColor, stateWord } from "@/parts/State";
import { type Bar, barsOf, nameOf, type Shown, type Span, shareOf } from "./geometry";
import classes from "./Timeline.module.css";

const percent = (share: number) => `${(share * 100).toFixed(4)}%`;

export function TimelineRow(props: {
  shown: Shown;
  number: number;
  rowIndex: number;
  span: Span;
  now: number;
  ticks: { at: number }[];
  selected: boolean;
  focusable: boolean;
  style: CSSProperties;
  onSelect: () => void;
  onToggle: () => void;
  onKey: (event: KeyboardEvent) => void;
}) {
  const { shown, number, rowIndex, span, now, ticks, selected, focusable, style, onSelect, onToggle, onKey } = props;
  const { row, depth, group, open, inside } = shown;
  const took = tookOf(shown, now);
  const Caret = open ? IconChevronDown : IconChevronRight;
  return (
    <tr
      className={classes.row}
      style={style}
      tabIndex={focusable ? 0 : -1}
      aria-level={depth + 1}
      aria-rowindex={rowIndex}
      aria-expanded={group ? open : undefined}
      aria-selected={selected}
      data-row={number}
      onClick={onSelect}
      onKeyDown={onKey}
    >
      <td className={classes.label} style={{ paddingLeft: 4 + Math.min(depth, 8) * 14 }}>
        {group ? (
          <button
            type="button"
            className={classes.caret}
            tabIndex={-1}
            aria-label={`${open ? "Close" : "Open"} ${nameOf(row)}`}
            onClick={(event) => {
              event.stopPropagation();
              onToggle();
            }}
          >
            <Caret size={16} aria-hidden />
          </button>
        ) : (
          <span className={classes.caret} />
        )}
        {row.state && <StateIcon state={row.state} size={15} />}
        <span className={classes.name} title={row.path}>
          {nameOf(row)}
        </span>
      </td>
      <td className={`${classes.took} number`}>{took}</td>
      <Tooltip.Floating label={<Told shown={shown} now={now} />} multiline maw={320} disabled={!row.state}>
        <td className={classes.track} aria-label={wordsOf(shown, now)} data-track>
          {ticks.map((tick) => (
            <span key={tick.at} className={classes.tick} style={{ left: percent(shareOf(tick.at, span)) }} />
          ))}
          <Bars bars={barsOf(row, span, now)} {...{ row }} group={group} />
          {inside.slice(0, MOST_INSIDE).map((each) => (
            <Bars key={each.path} bars={barsOf(each, span, now).filter(isWork)} row={each} />
          ))}
          {row.saved !== null && !open && row.finished_at && <CachedMark shown={shown} span={span} />}
          {row.state === "CACHED" && row.saved === null && !group && <CachedMark shown={shown} span={span} />}
        </td>
      </Tooltip.Floating>
    </tr>
  );
}

/** Tasks whose bars a closed group shows at the most. */
const MOST_INSIDE = 200;

const isWork = (bar: Bar) => bar.kind !== "waiting";

function Bars({ row, bars, group = false }: { row: Shown["row"]; bars: Bar[]; group?: boolean }) {
  return bars.map((bar) => (
    <span
      key={`${bar.kind} ${bar.left}`}
      className={classes.bar}
      data-kind={bar.kind}
      data-group={group}
      data-critical={row.critical && bar.kind === "running"}
      style={
        {
          left: percent(bar.left),
          width: percent(bar.width),
          "--state": bar.kind === "failed" ? "var(--bad)" : stateColor(row.state),
        } as CSSProperties
      }
    />
  ));
}

function CachedMark({ shown, span }: { shown: Shown; span: Span }) {
  const { row } = shown;
  const share = shareOf(Date.parse(row.finished_at ?? ""), span);
  if (share < -0.01 || share > 1.01) return null;
  return (
    <span
      className={classes.mark}
      data-late={share > 0.75}
      data-critical={row.critical}
      style={{ left: percent(share), color: "var(--cached)" }}
    >
      <IconBolt size={14} aria-hidden />
      {row.saved === null ? "cached" : `saved ${duration(row.saved)}`}
    </span>
  );
}

function waitOf({ row }: Shown, now: number): number {
  if (!row.ready_at || !(row.started_at || row.state === "PENDING")) return 0;
  const begun = row.tries[0]?.started_at ?? row.started_at;
  return Math.max(0, ((begun ? Date.parse(begun) : now) - Date.parse(row.ready_at)) / 1000);
}

function tookOf({ row }: Shown, now: number): string {
  if (row.state === "CACHED") return "cached";
  if (row.seconds !== null) return duration(row.seconds);
  if (row.state === "RUNNING" && row.started_at)
    return duration(Math.max(0, (now - Date.parse(row.started_at)) / 1000));
  return row.state ? stateWord(row.state).toLowerCase() : "";
}

function wordsOf(shown: Shown, now: number): string {
  const { row } = shown;
  const wait = waitOf(shown, now);
  const begun = row.tries[0]?.started_at ?? row.started_at;
  const made = row.prepared_at && begun ? (Date.parse(row.prepared_at) - Date.parse(begun)) / 1000 : 0;
  return [
    row.state && stateWord(row.state),
    tookOf(shown, now),
    wait >= 0.05 && `waited ${duration(wait)} for a free place`,
    made > 0 && `${duration(made)} until its environment was made`,
    row.tries.length > 1 && `${row.tries.length} attempts`,
    row.saved !== null && `the cache saved ${duration(row.saved)}`,
    row.critical && "on the critical path",
  ]
    .filter(Boolean)
    .join(", ");
}

function Told({ shown, now }: { shown: Shown; now: number }) {
  const { row } = shown;
  const failed = row.tries.filter((each) => each.error);
  return (
    <>
      <strong>{row.path}</strong>
      <br />
      {wordsOf(shown, now)}
      {row.started_at && (
        <>
          <br />
          began {exact(row.started_at)}
        </>
      )}
      {failed.map((each) => (
        <span key={each.started_at} style={{ display: "block" }}>
          {each.error.split("\n")[0]}
        </span>
      ))}
    </>
  );
}
