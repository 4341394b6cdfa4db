/** A task in the timeline: its name, how long it took, and its bars. */
import { Tooltip } from "@mantine/core";
import { IconBolt, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import type { CSSProperties, KeyboardEvent } from "react";
import { duration, exact } from "@/format/time";
import { StateIcon, stateColor, stateWord } from "@/parts/State";
import { barsOf, type Shown, type Span, shareOf } from "./geometry";
import classes from "./Timeline.module.css";

const percent = (share: number) => `${(share * 100).toFixed(4)}%`;

export function TimelineRow(props: {
  shown: Shown;
  number: number;
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
  const { shown, number, span, now, ticks, selected, focusable, style, onSelect, onToggle, onKey } = props;
  const { row, depth, group, open } = shown;
  const took = tookOf(shown, now);
  const Caret = open ? IconChevronDown : IconChevronRight;
  return (
    <tr
      className={classes.row}
      style={style}
      tabIndex={focusable ? 0 : -1}
      aria-level={depth + 1}
      aria-rowindex={number + 2}
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
            aria-label={`${open ? "Close" : "Open"} ${row.name}`}
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
          {row.name}
        </span>
      </td>
      <td className={`${classes.took} number`}>{took}</td>
      <Tooltip.Floating label={<Told shown={shown} now={now} />} multiline maw={320} disabled={!row.state}>
        <td className={classes.track} aria-label={wordsOf(shown, now)} data-track>
          {ticks.map((tick) => (
            <span key={tick.at} className={classes.tick} style={{ left: percent(shareOf(tick.at, span)) }} />
          ))}
          {barsOf(row, span, now).map((bar) => (
            <span
              key={`${bar.kind} ${bar.left}`}
              className={classes.bar}
              data-kind={bar.kind}
              data-group={group}
              data-critical={row.critical && bar.kind === "running"}
              style={{
                left: percent(bar.left),
                width: percent(bar.width),
                background: bar.kind === "failed" ? "var(--bad)" : stateColor(row.state),
              }}
            />
          ))}
          {row.state === "CACHED" && row.finished_at && !group && <CachedMark shown={shown} span={span} />}
        </td>
      </Tooltip.Floating>
    </tr>
  );
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
      {row.saved ? `saved ${duration(row.saved)}` : "cached"}
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
  return [
    row.state && stateWord(row.state),
    tookOf(shown, now),
    wait >= 0.05 && `waited ${duration(wait)}`,
    row.tries.length > 1 && `${row.tries.length} attempts`,
    row.saved && `the cache saved ${duration(row.saved)}`,
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
