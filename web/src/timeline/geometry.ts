/** Where the bars of a timeline are: rows, shares of the width, ticks. Pure. */
import type { Row, Timeline } from "@/api/client";

/** From one time to another, in milliseconds. */
export type Span = { from: number; to: number };

export type Bar = {
  kind: "waiting" | "environment" | "running" | "failed";
  /** Shares of the width that is seen; they may lie outside it. */
  left: number;
  width: number;
};

export type Shown = {
  row: Row;
  depth: number;
  /** Whether it is a group with something in it. */
  group: boolean;
  open: boolean;
  /** The tasks in it, where it is closed. */
  inside: Row[];
};

const MILLISECONDS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const SECONDS = [1, 2, 5, 10, 15, 30];
const MINUTES = [1, 2, 5, 10, 15, 30];
const HOURS = [1, 2, 3, 6, 12, 24, 48, 168, 720];
const STEPS = [
  ...MILLISECONDS,
  ...SECONDS.map((step) => step * 1000),
  ...MINUTES.map((step) => step * 60_000),
  ...HOURS.map((step) => step * 3_600_000),
];

const time = (text: string | null | undefined): number | null => (text ? Date.parse(text) : null);

/** From the first thing that happened to the last, or to `now` while the run goes on. */
export function wholeOf(timeline: Timeline, now: number): Span {
  const times = timeline.rows.flatMap((row) => [row.started_at, row.finished_at].flatMap((each) => time(each) ?? []));
  const from = time(timeline.started_at) ?? times.reduce((one, other) => Math.min(one, other), now);
  const going = timeline.rows.some((row) => row.started_at && !row.finished_at);
  const to = times.reduce((one, other) => Math.max(one, other), going ? now : from);
  return { from, to: Math.max(to, from + 1) };
}

/** A little more on both sides, so that bars at the ends are seen whole. */
export function padded({ from, to }: Span): Span {
  const length = to - from;
  return { from: from - length * 0.008, to: to + length * 0.035 };
}

/** Rows from which on the turns of loops are closed at first. */
const MANY = 12;

/** Whether a group is closed before anybody has closed or opened it: turns are, where there are many rows. */
export function isClosedAtFirst(row: Row, timeline: Timeline): boolean {
  return row.kind === "ITERATION" && timeline.rows.length > MANY;
}

/** The rows that are seen. A closed group stands for what is in it. */
export function rowsOf(timeline: Timeline, isClosed: (row: Row) => boolean): Shown[] {
  const parents = new Set(timeline.rows.map((row) => row.parent));
  const depths = new Map<string, number>();
  const standing = new Map<string, Shown>();
  const found: Shown[] = [];
  for (const row of timeline.rows) {
    const depth = (depths.get(row.parent) ?? -1) + 1;
    depths.set(row.path, depth);
    const group = parents.has(row.path);
    const stands = standing.get(row.parent);
    if (stands) {
      standing.set(row.path, stands);
      if (!group) stands.inside.push(row);
      continue;
    }
    const shown = { row, depth, group, open: group && !isClosed(row), inside: [] };
    if (group && !shown.open) standing.set(row.path, shown);
    found.push(shown);
  }
  return found;
}

/** What a row is called: of a turn its number, as its loop stands above it. */
export function nameOf({ kind, name }: Row): string {
  const turn = kind === "ITERATION" ? /\[(\d+)\]$/.exec(name) : null;
  return turn ? `turn ${turn[1]}` : name;
}

/** A row's bars: how long it waited, for a place and for its environment, and each attempt. A cached task has none. */
export function barsOf(row: Row, span: Span, now: number): Bar[] {
  const bars: Bar[] = [];
  const add = (kind: Bar["kind"], from: number | null, to: number | null) => {
    if (from !== null && to !== null && to >= from) bars.push({ kind, ...placed({ from, to }, span) });
  };
  const tries = row.tries.filter((each) => each.started_at);
  const begun = time(tries[0]?.started_at ?? row.started_at);
  const waits = row.state === "PENDING" ? now : null;
  add("waiting", time(row.ready_at), begun ?? (row.finished_at ? null : waits));
  const prepared = time(row.prepared_at);
  const work = (kind: Bar["kind"], from: number | null, to: number) => {
    const ready = from !== null && prepared !== null && from < prepared ? Math.min(prepared, to) : from;
    if (ready !== from) add("environment", from, ready);
    add(kind, ready, to);
  };
  if (!tries.length) work("running", time(row.started_at), time(row.finished_at) ?? now);
  for (const [place, each] of tries.entries()) {
    const next = tries[place + 1];
    if (place > 0) add("waiting", time(tries[place - 1]?.finished_at), time(each.started_at));
    const end = time(each.finished_at) ?? time(next?.started_at) ?? now;
    work(next ? "failed" : "running", time(each.started_at), end);
  }
  return bars;
}

/** Where a time is in what is seen, as a share of the width. */
export function shareOf(at: number, span: Span): number {
  return (at - span.from) / (span.to - span.from);
}

export function placed(bar: Span, span: Span): { left: number; width: number } {
  const left = shareOf(bar.from, span);
  return { left, width: shareOf(bar.to, span) - left };
}

/** Round times after the run's start, at the most `most`, and what is written at each. */
export function ticksOf(span: Span, start: number, most: number): { at: number; label: string }[] {
  const least = (span.to - span.from) / Math.max(1, most);
  const step = STEPS.find((each) => each >= least) ?? STEPS.at(-1) ?? 1;
  const ticks = [];
  for (let at = Math.max(0, Math.ceil((span.from - start) / step)) * step; at <= span.to - start; at += step)
    ticks.push({ at: start + at, label: offset(at, step) });
  return ticks;
}

function offset(at: number, step: number): string {
  if (at === 0) return "0";
  if (step >= 3_600_000) return `${at / 3_600_000} h`;
  const sign = at < 0 ? "−" : "";
  const whole = Math.floor(Math.abs(at) / 1000);
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (part: number) => String(part).padStart(2, "0");
  if (whole >= 3600) return `${sign}${hours}:${two(minutes)}:${two(seconds)}`;
  if (step < 1000) {
    const digits = step >= 100 ? 1 : step >= 10 ? 2 : 3;
    return minutes
      ? `${sign}${minutes}:${((Math.abs(at) / 1000) % 60).toFixed(digits).padStart(digits + 3, "0")}`
      : `${sign}${(Math.abs(at) / 1000).toFixed(digits)} s`;
  }
  return whole < 60 ? `${sign}${whole} s` : `${sign}${minutes}:${two(seconds)}`;
}

/** What is seen, `factor` times as near around the share `at` of it; never more than `whole`, never nothing. */
export function zoomed(span: Span, whole: Span, factor: number, at = 0.5): Span {
  const length = Math.min(whole.to - whole.from, Math.max(5, (span.to - span.from) / factor));
  const center = span.from + (span.to - span.from) * at;
  const from = Math.min(Math.max(whole.from, center - length * at), whole.to - length);
  return { from, to: from + length };
}

/** What is seen between two shares of it that somebody has dragged over. */
export function between(span: Span, one: number, other: number): Span {
  const [left, right] = one < other ? [one, other] : [other, one];
  const length = span.to - span.from;
  const from = span.from + Math.max(0, left) * length;
  return { from, to: Math.max(from + 5, span.from + Math.min(1, right) * length) };
}

/** A task of the critical path, as long as it ran. */
export type Step = Span & { row: Row };

/** The critical path: its tasks that ran, how many milliseconds it was busy, and how long the run is in all. */
export function criticalOf(timeline: Timeline, now: number): { steps: Step[]; busy: number; whole: number } {
  const rows = new Map(timeline.rows.map((row) => [row.path, row]));
  const steps = timeline.critical.flatMap((path) => {
    const row = rows.get(path);
    const from = time(row?.started_at);
    return row && from !== null ? [{ row, from, to: Math.max(from, time(row.finished_at) ?? now) }] : [];
  });
  const { from, to } = wholeOf(timeline, now);
  return { steps, busy: steps.reduce((sum, step) => sum + step.to - step.from, 0), whole: to - from };
}

/** What is seen, moved by a share of its length; it stays within `whole`. */
export function moved(span: Span, whole: Span, share: number): Span {
  const length = span.to - span.from;
  const from = Math.min(Math.max(whole.from, span.from + length * share), whole.to - length);
  return { from, to: from + length };
}
