/** When the tasks of a run ran: a bar for each, and which of them the run's length is due to. */
import { ActionIcon, Box, Group, Skeleton, Tooltip } from "@mantine/core";
import { IconBolt, IconRoute, IconZoomIn, IconZoomOut, IconZoomReset } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import type { Timeline } from "@/api/client";
import { BACKGROUND, timelineQuery } from "@/api/queries";
import { duration } from "@/format/time";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { useNow } from "@/parts/Time";
import { between, chain, criticalOf, padded, rowsOf, type Span, shareOf, ticksOf, wholeOf, zoomed } from "./geometry";
import classes from "./Timeline.module.css";
import { TimelineRow } from "./TimelineRow";
import { useDrag } from "./useDrag";

const ROW = 30;
/** Where, as a share of the width, there is no more room for a tick's label. */
const LAST_LABEL = 0.94;

type Selecting = { selected?: string; onSelect: (path: string) => void };

export function TimelineView({ runId, selected, onSelect }: { runId: string } & Selecting) {
  const { data, error, refetch } = useQuery({
    ...timelineQuery(runId),
    refetchInterval: ({ state }) => (state.data && goesOn(state.data) ? BACKGROUND.refetchInterval : false),
    refetchIntervalInBackground: true,
  });
  if (error && !data) return <Failure error={error} what="The timeline" retry={refetch} />;
  if (!data) return <Skeleton height={320} aria-label="Loading the timeline" />;
  if (!data.rows.some((row) => row.started_at || row.finished_at))
    return <Empty title="Nothing has run yet">Each task gets a bar here once it begins.</Empty>;
  return <Bars key={runId} timeline={data} selected={selected} onSelect={onSelect} />;
}

function goesOn(timeline: Timeline): boolean {
  return timeline.rows.some((row) => row.state === "RUNNING" || row.state === "PENDING" || row.state === "CANCELING");
}

function Bars({ timeline, selected, onSelect }: { timeline: Timeline } & Selecting) {
  const now = useNow(500, goesOn(timeline));
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [near, setNear] = useState<Span | null>(null);
  const [focused, setFocused] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const run = wholeOf(timeline, now);
  const whole = padded(run);
  const span = near ?? whole;
  const rows = useMemo(() => rowsOf(timeline, closed), [timeline, closed]);
  const ticks = ticksOf(span, run.from, 8);
  const { dragged, handlers } = useDrag((from, to) => setNear(between(span, from, to)));
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: rows.length > 200 ? 20 : 200,
    scrollMargin: ROW,
  });

  const zoom = (factor: number) => {
    const next = zoomed(span, whole, factor);
    setNear(next.to - next.from >= whole.to - whole.from ? null : next);
  };
  const toggle = (path: string) => {
    const next = new Set(closed);
    if (!next.delete(path)) next.add(path);
    setClosed(next);
  };
  const focus = (number: number) => {
    const to = Math.min(rows.length - 1, Math.max(0, number));
    setFocused(to);
    virtual.scrollToIndex(to);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-row="${to}"]`)?.focus());
  };
  const key = (event: KeyboardEvent, number: number) => {
    const shown = rows[number];
    if (!shown || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") onSelect(shown.row.path);
    else if (event.key === "ArrowDown") focus(number + 1);
    else if (event.key === "ArrowUp") focus(number - 1);
    else if (event.key === "Home") focus(0);
    else if (event.key === "End") focus(rows.length - 1);
    else if (event.key === "ArrowRight" && shown.group && !shown.open) toggle(shown.row.path);
    else if (event.key === "ArrowRight") focus(number + 1);
    else if (event.key === "ArrowLeft" && shown.open) toggle(shown.row.path);
    else if (event.key === "ArrowLeft") focus(rows.findIndex((other) => other.row.path === shown.row.parent));
    else if (event.key === "+") zoom(2);
    else if (event.key === "-") zoom(0.5);
    else return;
    event.preventDefault();
  };

  return (
    <div className={classes.view}>
      <Summary timeline={timeline} now={now} />
      <Group justify="space-between" gap="xs">
        <Legend />
        <Group gap={4}>
          <Zoom label="Zoom in (or drag over the bars)" icon={IconZoomIn} onClick={() => zoom(2)} />
          <Zoom label="Zoom out" icon={IconZoomOut} onClick={() => zoom(0.5)} disabled={!near} />
          <Zoom label="The whole run" icon={IconZoomReset} onClick={() => setNear(null)} disabled={!near} />
        </Group>
      </Group>
      <div
        ref={scroller}
        className={`card ${classes.grid}`}
        onWheel={(event) => {
          if (!near || Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
          const by = ((near.to - near.from) * event.deltaX) / 1000;
          const from = Math.min(Math.max(whole.from, near.from + by), whole.to - (near.to - near.from));
          setNear({ from, to: from + near.to - near.from });
        }}
        {...handlers}
      >
        <Box
          component="table"
          role="treegrid"
          className={classes.table}
          aria-label="Timeline of the run's tasks"
          aria-rowcount={rows.length + 1}
        >
          <Axis span={span} ticks={ticks} dragged={dragged} />
          <tbody style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
              const shown = rows[item.index];
              if (!shown) return null;
              return (
                <TimelineRow
                  key={shown.row.path}
                  {...{ shown, number: item.index, span, now, ticks }}
                  selected={shown.row.path === selected}
                  focusable={item.index === Math.min(focused, rows.length - 1)}
                  style={{ top: item.start - ROW }}
                  onSelect={() => {
                    setFocused(item.index);
                    onSelect(shown.row.path);
                  }}
                  onToggle={() => toggle(shown.row.path)}
                  onKey={(event) => key(event, item.index)}
                />
              );
            })}
          </tbody>
        </Box>
      </div>
    </div>
  );
}

type Ticks = { at: number; label: string }[];

function Axis({ span, ticks, dragged }: { span: Span; ticks: Ticks; dragged: { from: number; to: number } | null }) {
  return (
    <thead>
      <tr className={classes.axis} aria-rowindex={1}>
        <th scope="col">Task</th>
        <th scope="col" style={{ textAlign: "right" }}>
          Duration
        </th>
        <th scope="col" className={classes.track} aria-label="Time since the run began" data-track>
          {ticks.map((tick) => (
            <span
              key={tick.at}
              className={`${classes.tick} number`}
              style={{ left: `${shareOf(tick.at, span) * 100}%` }}
            >
              {shareOf(tick.at, span) < LAST_LABEL && tick.label}
            </span>
          ))}
          {dragged && (
            <span
              className={classes.dragged}
              style={{
                left: `${Math.min(dragged.from, dragged.to) * 100}%`,
                width: `${Math.abs(dragged.to - dragged.from) * 100}%`,
              }}
            />
          )}
        </th>
      </tr>
    </thead>
  );
}

function Summary({ timeline, now }: { timeline: Timeline; now: number }) {
  const { names, busy, whole } = criticalOf(timeline, now);
  return (
    <div className={classes.summary}>
      {names.length > 0 && (
        <span title={names.join(" → ")}>
          <IconRoute size={15} aria-hidden style={{ verticalAlign: "-2px" }} /> Critical path: <b>{chain(names)}</b>,{" "}
          <span className="number">
            {duration(busy / 1000)} of {duration(whole / 1000)}
          </span>
        </span>
      )}
      {timeline.saved > 0 && (
        <span style={{ color: "var(--cached)" }} className="number">
          <IconBolt size={15} aria-hidden style={{ verticalAlign: "-2px" }} /> The cache saved{" "}
          {duration(timeline.saved)}
        </span>
      )}
    </div>
  );
}

function Legend() {
  return (
    <Group gap="md">
      <span className={classes.key}>
        <span className={classes.swatch}>
          <span className={classes.bar} data-kind="waiting" />
        </span>
        waiting for a free place
      </span>
      <span className={classes.key}>
        <span className={classes.swatch}>
          <span className={classes.bar} data-kind="running" />
        </span>
        running
      </span>
      <span className={classes.key}>
        <span className={classes.swatch}>
          <span className={classes.bar} data-critical="true" />
        </span>
        on the critical path
      </span>
    </Group>
  );
}

function Zoom(props: { label: string; icon: typeof IconZoomIn; onClick: () => void; disabled?: boolean }) {
  const { label, icon: Icon, onClick, disabled } = props;
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size="sm" aria-label={label} onClick={onClick} disabled={disabled}>
        <Icon size={15} />
      </ActionIcon>
    </Tooltip>
  );
}
