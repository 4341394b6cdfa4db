/** What a task prints: live, in windows of a log of any length. */
import { Box, Loader, Skeleton, Text } from "@mantine/core";
import { useDebouncedValue, useLocalStorage } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { bytes, whole } from "@/format/numbers";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { plain } from "./ansi";
import classes from "./Log.module.css";
import { LogLine } from "./LogLine";
import { LogTools } from "./LogTools";
import { firstError, matches, shown } from "./lines";
import { type Log, useLog } from "./useLog";
import { logUrl } from "./windows";

const ROW = 18;
/** How near to an end of the window, in pixels, what is beyond it is loaded. */
const NEAR = 40 * ROW;

export function LogView({ runId, task, attempt }: { runId: string; task: string; attempt?: number }) {
  const [chosen, setChosen] = useState(attempt);
  const log = useLog(runId, task, chosen);
  if (log.error && log.size === 0) return <Failure error={log.error} what="The log" retry={log.toEnd} />;
  if (log.size === 0 && log.window.end === 0) {
    if (log.loading) return <Skeleton height={320} aria-label="Loading the log" />;
    if (!log.live && log.attempts < 2)
      return <Empty title="Printed nothing">Nothing that this task did went to its standard output or error.</Empty>;
  }
  return <Lines key={chosen} log={log} onAttempt={setChosen} download={logUrl(runId, task, log.attempt, true)} />;
}

function Lines(props: { log: Log; onAttempt: (attempt: number) => void; download: string }) {
  const { log, onAttempt, download } = props;
  const [wrap, setWrap] = useLocalStorage({ key: "barograph-log-wrap", defaultValue: false });
  const [follow, setFollow] = useState(true);
  const [sought, setSought] = useState("");
  const [wanted] = useDebouncedValue(sought, 150);
  const [at, setAt] = useState(0);
  const [here, setHere] = useState<number | null>(null);
  const scroller = useRef<HTMLElement>(null);

  const lines = useMemo(() => shown(log.window), [log.window]);
  const found = useMemo(() => matches(lines, wanted), [lines, wanted]);
  const error = useMemo(() => firstError(lines), [lines]);
  const atStart = log.window.start === 0;
  const atEnd = log.window.end >= log.size;

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

  const go = (number: number) => {
    setFollow(false);
    setHere(lines[number]?.at ?? null);
    rows.scrollToIndex(number, { align: "center" });
  };
  const step = (by: number) => {
    if (!found.length) return;
    const next = (at + by + found.length) % found.length;
    setAt(next);
    go(found[next] ?? 0);
  };
  // The first that is found is gone to as one types, but not again when more lines come.
  const goRef = useRef(go);
  goRef.current = go;
  const foundRef = useRef(found);
  foundRef.current = found;
  useEffect(() => {
    setAt(0);
    const [number] = foundRef.current;
    if (wanted && number !== undefined) goRef.current(number);
  }, [wanted]);

  const release = () => follow && setFollow(false);
  const digits = String(Math.max(99, lines.length)).length;
  return (
    <div className={classes.log}>
      <LogTools
        {...{ sought, at: Math.min(at, found.length - 1), count: found.length, wrap, follow, download, onAttempt }}
        {...{ attempt: log.attempt, attempts: log.attempts, live: log.live }}
        onSought={setSought}
        onStep={step}
        onFollow={(now) => {
          setFollow(now);
          if (now && !atEnd) log.toEnd();
        }}
        onWrap={setWrap}
        onError={error < 0 ? null : () => go(error)}
        onStart={() => {
          setFollow(false);
          if (atStart) rows.scrollToIndex(0);
          else log.toStart();
        }}
        onEnd={() => {
          setFollow(true);
          if (!atEnd) log.toEnd();
        }}
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
        onKeyDown={(event) => ["ArrowUp", "PageUp", "Home"].includes(event.key) && release()}
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
                data-here={line.at === here}
                style={{ transform: `translateY(${row.start}px)` }}
              >
                <LogLine line={line} number={atStart ? row.index + 1 : null} sought={wanted.toLowerCase()} />
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
      <Foot log={log} count={lines.length} />
    </div>
  );
}

function Foot({ log, count }: { log: Log; count: number }) {
  const { start, end } = log.window;
  const part = start > 0 || end < log.size;
  return (
    <div className={classes.foot}>
      <span className="number">
        {whole(count)} line{count === 1 ? "" : "s"}
        {part
          ? ` loaded: ${bytes(start)} to ${bytes(end)} of ${bytes(log.size)}. Scroll on for more`
          : `, ${bytes(log.size)}`}
      </span>
      {log.live && <span>{log.connected ? "live" : "connecting…"}</span>}
      {log.loading && <Loader size={12} aria-label="Loading more of the log" />}
      {Boolean(log.error) && (
        <span style={{ color: "var(--bad)" }}>{log.error instanceof Error ? log.error.message : "It failed"}</span>
      )}
    </div>
  );
}
