/** When the tasks of a run ran: a bar for each, and which of them the run's length is due to. */
import { ActionIcon, Box, Button, Group, Skeleton, Text, Tooltip } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconZoomIn, IconZoomOut, IconZoomReset } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import type { Timeline } from "@/api/client";
import { timelineQuery } from "@/api/queries";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { useNow } from "@/parts/Time";
import { Axis } from "./Axis";
import {
  between,
  criticalOf,
  isClosedAtFirst,
  moved,
  padded,
  rowsOf,
  type Shown,
  ticksOf,
  wholeOf,
  zoomed,
} from "./geometry";
import { deedOf, goneTo } from "./keys";
import { Legend } from "./Legend";
import { Summary } from "./Summary";
import classes from "./Timeline.module.css";
import { TimelineRow } from "./TimelineRow";
import { useDrag } from "./useDrag";
import { useZoom } from "./useZoom";

const ROW = 30;
const OFTEN = 3_000;

type Selecting = { selected?: string; onSelect: (path: string) => void };

export function TimelineView({ runId, selected, onSelect }: { runId: string } & Selecting) {
  const { data, error, refetch } = useQuery({
    ...timelineQuery(runId),
    // No event tells how far an environment is made.
    refetchInterval: ({ state }) => (state.data && goesOn(state.data) ? OFTEN : false),
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
  const isGoing = goesOn(timeline);
  const now = useNow(500, isGoing);
  const [turned, setTurned] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [focused, setFocused] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const run = wholeOf(timeline, now);
  const whole = padded(run);
  const [near, setNear] = useZoom(run.from);
  const span = near ?? whole;
  const rows = useMemo(
    () => rowsOf(timeline, (row) => turned.get(row.path) ?? isClosedAtFirst(row, timeline)),
    [timeline, turned],
  );
  const { steps, busy, whole: took } = criticalOf(timeline, now);
  const isNarrow = useMediaQuery("(max-width: 48em)");
  const ticks = ticksOf(span, run.from, isNarrow ? 3 : 8);
  const { dragged, handlers } = useDrag((from, to) => setNear(between(span, from, to)));
  const head = steps.length ? 2 * ROW : ROW;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: rows.length > 200 ? 20 : 200,
    scrollMargin: head,
    scrollPaddingStart: head,
  });

  const zoom = (factor: number) => {
    const next = zoomed(span, whole, factor);
    setNear(next.to - next.from >= whole.to - whole.from ? null : next);
  };
  const toggle = ({ row, open }: Shown) => setTurned(new Map(turned).set(row.path, open));
  const turns = rows.filter((shown) => shown.row.kind === "ITERATION" && shown.group);
  const isAnyOpen = turns.some((shown) => shown.open);
  const all = (open: boolean) =>
    setTurned(new Map(timeline.rows.filter((row) => row.kind === "ITERATION").map((row) => [row.path, !open])));
  const focus = (number: number) => {
    setFocused(number);
    virtual.scrollToIndex(number);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-row="${number}"]`)?.focus());
  };
  const key = (event: KeyboardEvent, number: number) => {
    const shown = rows[number];
    if (!shown || event.ctrlKey || event.metaKey || event.altKey) return;
    const deed = deedOf(event, shown);
    // A button in the row has these keys for itself.
    if (!deed || (deed === "select" && event.target !== event.currentTarget)) return;
    event.preventDefault();
    const to = goneTo(deed, rows, number);
    if (to !== undefined) focus(to);
    else if (deed === "select") onSelect(shown.row.path);
    else if (deed === "turn") toggle(shown);
    else if (deed === "whole") setNear(null);
    else if (deed === "nearer" || deed === "farther") zoom(deed === "nearer" ? 2 : 0.5);
    else if (near) setNear(moved(near, whole, deed === "left" ? -0.25 : 0.25));
  };

  return (
    <div className="filled">
      <Summary {...{ timeline, busy, took, isGoing }} steps={steps.length} />
      <Group justify="space-between" gap="xs" align="end">
        <Legend timeline={timeline} />
        <Group gap={4}>
          {turns.length > 0 && (
            <Button size="compact-xs" variant="default" onClick={() => all(!isAnyOpen)}>
              {isAnyOpen ? "Close the turns" : "Open the turns"}
            </Button>
          )}
          <Zoom label="Zoom in (+, or drag over the bars)" icon={IconZoomIn} onClick={() => zoom(2)} />
          <Zoom label="Zoom out (−)" icon={IconZoomOut} onClick={() => zoom(0.5)} disabled={!near} />
          <Zoom label="The whole run (0)" icon={IconZoomReset} onClick={() => setNear(null)} disabled={!near} />
        </Group>
      </Group>
      <div
        ref={scroller}
        className={`card ${classes.grid}`}
        onWheel={(event) => {
          if (near && Math.abs(event.deltaX) > Math.abs(event.deltaY)) setNear(moved(near, whole, event.deltaX / 1000));
        }}
        {...handlers}
      >
        <Box
          component="table"
          role="treegrid"
          className={classes.table}
          aria-label="Timeline of the run's tasks"
          aria-rowcount={rows.length + head / ROW}
        >
          <Axis {...{ span, ticks, dragged, steps, busy, selected, onSelect }} />
          <tbody style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
              const shown = rows[item.index];
              if (!shown) return null;
              return (
                <TimelineRow
                  key={shown.row.path}
                  {...{ shown, span, now, ticks }}
                  rowIndex={item.index + 1 + head / ROW}
                  number={item.index}
                  selected={shown.row.path === selected}
                  focusable={item.index === Math.min(focused, rows.length - 1)}
                  style={{ top: item.start - head }}
                  onSelect={() => {
                    setFocused(item.index);
                    onSelect(shown.row.path);
                  }}
                  onToggle={() => toggle(shown)}
                  onKey={(event) => key(event, item.index)}
                />
              );
            })}
          </tbody>
        </Box>
      </div>
      <Text size="xs" className="muted" visibleFrom="sm">
        ↑ ↓ rows · ← → close and open · + − 0 zoom · Shift ← → move · Enter details
      </Text>
    </div>
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
