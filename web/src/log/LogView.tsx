/** What a task prints: live, in windows of a log of any length. */
import { Box, Loader, Skeleton, Text } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { bytes, whole } from "@/format/numbers";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { useAddress } from "@/parts/useAddress";
import { useTyped } from "@/parts/useTyped";
import { plain } from "./ansi";
import classes from "./Log.module.css";
import { LogLine } from "./LogLine";
import { LogTools } from "./LogTools";
import { firstError, lineAt, matches, shown } from "./lines";
import { type LogSearch, logSearch } from "./search";
import { type Log, useLog } from "./useLog";
import { useSeek } from "./useSeek";
import { logUrl } from "./windows";

const ROW = 18;
/** How near to an end of the window, in pixels, what is beyond it is loaded. */
const NEAR = 40 * ROW;

export function LogView({ runId, task }: { runId: string; task: string }) {
  const [search, change] = useAddress(logSearch);
  const log = useLog(runId, task, search.attempt, search.place);
  if (log.error && log.size === 0) return <Failure error={log.error} what="The log" retry={log.toEnd} />;
  if (log.size === 0 && log.window.end === 0) {
    if (log.loading) return <Skeleton height={320} aria-label="Loading the log" />;
    if (!log.live && log.attempts < 2)
      return <Empty title="Printed nothing">Nothing that this task did went to its standard output or error.</Empty>;
  }
  const url = logUrl(runId, task, log.attempt);
  const download = logUrl(runId, task, log.attempt, true);
  return <Lines key={search.attempt} {...{ log, search, change, url, download }} />;
}

type Shown = {
  log: Log;
  search: LogSearch;
  change: (change: LogSearch, inPlace?: boolean) => void;
  url: string;
  download: string;
};

function Lines({ log, search, change, url, download }: Shown) {
  const { find = "", place } = search;
  const [wrap, setWrap] = useLocalStorage({ key: "barograph-log-wrap", defaultValue: false });
  const [follow, setFollow] = useState(place === undefined);
  const scroller = useRef<HTMLElement>(null);

  const lines = useMemo(() => shown(log.window), [log.window]);
  const found = useMemo(() => matches(lines, find), [lines, find]);
  const error = useMemo(() => firstError(lines), [lines]);
  const atStart = log.window.start === 0;
  const atEnd = log.window.end >= log.size;
  const isPart = !atStart || !atEnd;
  const here = place === undefined ? -1 : lineAt(lines, place);
  const at = found.indexOf(here);

  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (number) => lines[number]?.at ?? number,
    overscan: 30,
  });

  // What is read stays where it is while lines come before it.
  const first = lines[0]?.at ?? 0;
  const before = useRef(first);
  useLayoutEffect(() => {
    const known = before.current;
    before.current = first;
    const element = scroller.current;
    if (!element || known === first || follow) return;
    const moved = known > first ? lines.findIndex((line) => line.at >= known) : 0;
    if (moved > 0) element.scrollTop += moved * ROW;
    if (moved < 0) element.scrollTop = 0; // it is another window
  }, [first, lines, follow]);

  const last = lines.at(-1);
  useLayoutEffect(() => {
    if (follow && atEnd && last) rows.scrollToIndex(lines.length - 1, { align: "end" });
  }, [follow, atEnd, last, lines.length, rows]);

  const { earlier, later, loading } = log;
  const scrolled = () => {
    const element = scroller.current;
    if (!element) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (below < ROW && atEnd) setFollow(true);
    if (loading) return;
    if (element.scrollTop < NEAR && !atStart && !follow) earlier();
    else if (below < NEAR && !atEnd) later();
  };

  // Where one came to by what is here; elsewhere, as from a link or when one goes back, it is to be gone to.
  const came = useRef<number>(undefined);
  const go = (number: number, changed: LogSearch = {}) => {
    came.current = lines[number]?.at;
    setFollow(false);
    rows.scrollToIndex(number, { align: "center" });
    change({ ...changed, place: came.current }, true);
  };
  const isLoaded = place !== undefined && here >= 0 && (place < log.window.end || atEnd);
  const { around } = log;
  useEffect(() => {
    if (place === undefined || place === came.current || loading) return;
    if (!isLoaded) return around(place);
    came.current = place;
    setFollow(false);
    rows.scrollToIndex(here, { align: "center" });
  }, [place, here, isLoaded, loading, around, rows]);

  const seeking = useSeek(url, log.size, (found) => {
    const number = lineAt(lines, found);
    if (lines[number]?.at === found) return go(number);
    came.current = undefined;
    around(found);
    change({ place: found }, true);
  });
  const step = (by: 1 | -1) => {
    const next = at < 0 ? (by > 0 ? 0 : found.length - 1) : at + by;
    const number = found[next] ?? (isPart ? undefined : found.at(next % found.length));
    if (number !== undefined) go(number);
    else if (isPart) seeking.begin(find, by > 0 ? log.window.end : log.window.start, by);
  };
  // The first that is found is gone to as one types, be it in what is loaded or in the rest.
  const [sought, setSought] = useTyped(
    find,
    (next) => {
      seeking.stop();
      const [number] = matches(lines, next);
      if (number !== undefined) return go(number, { find: next });
      change({ find: next || undefined }, true);
      if (next && isPart) seeking.begin(next, log.window.end, 1);
    },
    150,
  );

  const release = () => follow && setFollow(false);
  const toStart = () => {
    setFollow(false);
    if (atStart) rows.scrollToIndex(0);
    else log.toStart();
  };
  const toEnd = () => {
    setFollow(true);
    if (!atEnd) log.toEnd();
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "ArrowUp" || event.key === "PageUp") release();
    // The browser's own would only go through what is loaded.
    const work = { Home: toStart, End: toEnd }[event.key];
    if (!work || event.shiftKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    work();
  };
  const digits = String(Math.max(99, lines.length)).length;
  return (
    <div className={`filled ${classes.log}`}>
      <LogTools
        {...{ sought, at, count: found.length, isPart, wrap, follow, download }}
        {...{ isSeeking: seeking.isSeeking, isMissing: seeking.missing === find }}
        {...{ attempt: log.attempt, attempts: log.attempts, live: log.live }}
        onSought={setSought}
        onStep={step}
        onAttempt={(attempt) => change({ attempt, place: undefined })}
        onFollow={(now) => {
          setFollow(now);
          if (now && !atEnd) log.toEnd();
        }}
        onWrap={setWrap}
        onError={error < 0 ? null : () => go(error)}
        onStart={toStart}
        onEnd={toEnd}
        text={() => lines.map((line) => plain(line.text)).join("\n")}
      />
      <Box
        component="section"
        ref={scroller}
        className={classes.scroller}
        style={{ "--digits": digits } as CSSProperties}
        onScroll={scrolled}
        onWheel={(event) => event.deltaY < 0 && release()}
        onTouchMove={release}
        onPointerDown={(event) => event.target === event.currentTarget && release()}
        onKeyDown={pressed}
        tabIndex={0}
        aria-label="What the task printed"
      >
        <div style={{ height: rows.getTotalSize(), position: "relative" }}>
          {rows.getVirtualItems().map((row) => {
            const line = lines[row.index];
            if (!line) return null;
            return (
              <div
                key={row.key}
                ref={wrap ? rows.measureElement : undefined}
                data-index={row.index}
                className={classes.line}
                data-wrap={wrap}
                data-here={row.index === here}
                style={{ transform: `translateY(${row.start}px)` }}
              >
                <LogLine
                  line={line}
                  number={atStart ? row.index + 1 : null}
                  sought={find.toLowerCase()}
                  onPlace={() => go(row.index)}
                />
              </div>
            );
          })}
        </div>
        {!lines.length && (
          <Text className="muted" size="sm" p="sm">
            {log.live ? "Nothing yet." : "Printed nothing."}
          </Text>
        )}
      </Box>
      <Foot log={log} count={lines.length} isPart={isPart} error={log.error ?? seeking.error} />
    </div>
  );
}

function Foot({ log, count, isPart, error }: { log: Log; count: number; isPart: boolean; error: unknown }) {
  const { start, end } = log.window;
  return (
    <div className={classes.foot}>
      <span className="number">
        {whole(count)} line{count === 1 ? "" : "s"}
        {isPart
          ? ` loaded: ${bytes(start)} to ${bytes(end)} of ${bytes(log.size)}. Scroll on for more`
          : `, ${bytes(log.size)}`}
      </span>
      {log.live && <span>{log.connected ? "live" : "connecting…"}</span>}
      {log.loading && <Loader size={12} aria-label="Loading more of the log" />}
      {Boolean(error) && (
        <span style={{ color: "var(--bad)" }}>{error instanceof Error ? error.message : "It failed"}</span>
      )}
    </div>
  );
}
