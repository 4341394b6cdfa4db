import { describe, expect, it } from "vitest";
import type { Row, Timeline } from "@/api/client";
import {
  barsOf,
  between,
  criticalOf,
  isClosedAtFirst,
  moved,
  nameOf,
  rowsOf,
  ticksOf,
  wholeOf,
  zoomed,
} from "./geometry";
import { spanOf, timelineSearch, zoomOf } from "./search";

const START = Date.parse("2026-01-01T00:00:00Z");
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();
const row = (path: string, given: Partial<Row> = {}): Row => ({
  path,
  parent: "",
  name: path,
  kind: "RUNTIME",
  state: "SUCCEEDED",
  ready_at: null,
  prepared_at: null,
  started_at: null,
  finished_at: null,
  seconds: null,
  tries: [],
  critical: false,
  saved: null,
  ...given,
});
const line = (rows: Row[], given: Partial<Timeline> = {}): Timeline => ({
  rows,
  critical: [],
  started_at: at(0),
  finished_at: null,
  saved: 0,
  ...given,
});
const span = { from: START, to: START + 100_000 };

describe("the whole", () => {
  it("ends with the last task of a run that has ended", () => {
    const timeline = line([row("a", { started_at: at(0), finished_at: at(10) })]);
    expect(wholeOf(timeline, START + 99_000)).toEqual({ from: START, to: START + 10_000 });
  });

  it("ends now while something runs", () => {
    expect(wholeOf(line([row("a", { started_at: at(0) })]), START + 99_000).to).toBe(START + 99_000);
  });

  it("is never nothing", () => {
    const { from, to } = wholeOf(line([], { started_at: null }), START);
    expect(to).toBeGreaterThan(from);
  });
});

describe("bars", () => {
  it("show waiting before running", () => {
    const bars = barsOf(row("a", { ready_at: at(10), started_at: at(20), finished_at: at(60) }), span, 0);
    expect(bars).toEqual([
      { kind: "waiting", left: 0.1, width: expect.closeTo(0.1) },
      { kind: "running", left: 0.2, width: expect.closeTo(0.4) },
    ]);
  });

  it("show each attempt, and the pause before the next", () => {
    const tries = [
      { started_at: at(0), finished_at: at(10), error: "x" },
      { started_at: at(20), finished_at: null, error: "" },
    ];
    const bars = barsOf(row("a", { state: "RUNNING", started_at: at(20), tries }), span, START + 50_000);
    expect(bars.map((bar) => [bar.kind, bar.left, bar.left + bar.width])).toEqual([
      ["failed", 0, 0.1],
      ["waiting", 0.1, 0.2],
      ["running", 0.2, 0.5],
    ]);
  });

  it("show how long the environment was made", () => {
    const tries = [
      { started_at: at(0), finished_at: at(20), error: "x" },
      { started_at: at(30), finished_at: null, error: "" },
    ];
    const given = { started_at: at(0), prepared_at: at(10) };
    const kinds = (bars: ReturnType<typeof barsOf>) => bars.map((bar) => [bar.kind, bar.left, bar.left + bar.width]);
    expect(kinds(barsOf(row("a", { ...given, finished_at: at(50) }), span, 0))).toEqual([
      ["environment", 0, 0.1],
      ["running", 0.1, 0.5],
    ]);
    expect(kinds(barsOf(row("a", { ...given, state: "RUNNING", tries }), span, START + 40_000))).toEqual([
      ["environment", 0, 0.1],
      ["failed", 0.1, 0.2],
      ["waiting", 0.2, expect.closeTo(0.3)],
      ["running", 0.3, expect.closeTo(0.4)],
    ]);
    expect(kinds(barsOf(row("a", { ...given, state: "RUNNING" }), span, START + 5_000))).toEqual([
      ["environment", 0, 0.05],
      ["running", 0.05, 0.05],
    ]);
  });

  it("are none of a task that never began", () => {
    expect(barsOf(row("a", { state: "CACHED", ready_at: at(3), finished_at: at(4) }), span, START)).toEqual([]);
    expect(barsOf(row("a", { state: "SKIPPED", finished_at: at(4) }), span, START)).toEqual([]);
  });
});

describe("rows", () => {
  const timeline = line([row("g"), row("g.h", { parent: "g" }), row("g.h.a", { parent: "g.h" }), row("b")]);
  const shown = (...closed: string[]) => rowsOf(timeline, ({ path }) => closed.includes(path));

  it("are indented by groups", () => {
    expect(shown().map((each) => [each.row.path, each.depth, each.open])).toEqual([
      ["g", 0, true],
      ["g.h", 1, true],
      ["g.h.a", 2, false],
      ["b", 0, false],
    ]);
  });

  it("of closed groups stand for the tasks in them", () => {
    expect(shown("g").map((each) => [each.row.path, each.inside.map((inner) => inner.path)])).toEqual([
      ["g", ["g.h.a"]],
      ["b", []],
    ]);
  });

  it("of turns go by their numbers, and are closed at first where there are many", () => {
    const turn = row("l[12]", { kind: "ITERATION" });
    expect([nameOf(turn), nameOf(row("l[12]"))]).toEqual(["turn 12", "l[12]"]);
    const many = line(Array.from({ length: 30 }, (_, place) => row(String(place))));
    expect([isClosedAtFirst(turn, many), isClosedAtFirst(turn, timeline), isClosedAtFirst(row("g"), many)]).toEqual([
      ...[true, false, false],
    ]);
  });
});

describe("ticks", () => {
  it("are round, few and counted from the start", () => {
    expect(ticksOf({ from: START, to: START + 45_000 }, START, 6).map((tick) => tick.label)).toEqual([
      ...["0", "10 s", "20 s", "30 s", "40 s"],
    ]);
    expect(ticksOf({ from: START, to: START + 200_000 }, START, 5).map((tick) => tick.label)).toEqual([
      ...["0", "1:00", "2:00", "3:00"],
    ]);
    expect(ticksOf({ from: START, to: START + 250 }, START, 4).map((tick) => tick.label)).toEqual([
      "0",
      "0.1 s",
      "0.2 s",
    ]);
  });

  it("are never more than asked for and one", () => {
    for (let length = 10; length < 1e10; length *= 3)
      expect(ticksOf({ from: START, to: START + length }, START, 7).length).toBeLessThanOrEqual(8);
  });
});

describe("zooming", () => {
  it("stays within the whole", () => {
    expect(zoomed(span, span, 0.5)).toEqual(span);
    const near = zoomed(span, span, 4, 0);
    expect(near).toEqual({ from: START, to: START + 25_000 });
    expect(zoomed(near, span, 1 / 8)).toEqual(span);
  });

  it("moves within the whole", () => {
    const near = { from: START, to: START + 20_000 };
    expect(moved(near, span, 0.5)).toEqual({ from: START + 10_000, to: START + 30_000 });
    expect(moved(near, span, -1)).toEqual(near);
    expect(moved(near, span, 99)).toEqual({ from: START + 80_000, to: START + 100_000 });
  });

  it("stands in the address in seconds after the start", () => {
    const near = { from: START + 1_500, to: START + 20_000.4 };
    expect(zoomOf(near, START)).toBe("1.5-20");
    expect(spanOf("1.5-20", START)).toEqual({ from: START + 1_500, to: START + 20_000 });
    expect(spanOf("-0.2-20", START)?.from).toBe(START - 200);
    expect(timelineSearch({ zoom: "20-1.5" }).zoom).toBeUndefined();
    expect(timelineSearch({ zoom: "all" }).zoom).toBeUndefined();
  });

  it("takes what was dragged over, in either direction", () => {
    expect(between(span, 0.5, 0.25)).toEqual({ from: START + 25_000, to: START + 50_000 });
  });
});

it("sums up the critical path, without what took no time", () => {
  const rows = [
    row("a", { started_at: at(0), finished_at: at(10) }),
    row("b", { state: "CACHED", finished_at: at(11) }),
    row("c", { started_at: at(11), finished_at: at(20) }),
  ];
  const { steps, busy, whole } = criticalOf(line(rows, { critical: ["a", "b", "c"] }), START);
  expect(steps.map((step) => [step.row.path, step.from - START, step.to - START])).toEqual([
    ["a", 0, 10_000],
    ["c", 11_000, 20_000],
  ]);
  expect([busy, whole]).toEqual([19_000, 20_000]);
});
