/** A window of a task's log, that grows as the task prints and as one scrolls. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ApiError, type LogAttempt, type LogPiece } from "@/api/client";
import { throttled, useStream } from "@/api/live";
import { append, emptyAt, prepend, trimmed, type Window, windowOf } from "./lines";
import { logEventsUrl, logPiece, logUrl, PIECE, type Piece } from "./windows";

/** Lines that are kept at the most: what is further away is asked for again. */
const MOST = 200_000;
const encoder = new TextEncoder();

export type Log = {
  window: Window;
  attempt: number;
  attempts: number;
  /** Of the whole log, as far as is known. */
  size: number;
  /** Whether something more may come. */
  live: boolean;
  /** Whether the stream stands. */
  connected: boolean;
  loading: boolean;
  error: unknown;
  /** Load what comes before the window, or behind it; or go to the log's beginning, its end, or a place in it. */
  earlier: () => void;
  later: () => void;
  toStart: () => void;
  toEnd: () => void;
  around: (place: number) => void;
};

/** What was loaded, of which attempt. */
type Known = { window: Window; attempt: number; attempts: number; size: number };
const NOTHING: Known = { window: emptyAt(0), attempt: 1, attempts: 1, size: 0 };

/** @param begin A place, in bytes, that is to be in the first window; the log's end if left out. */
export function useLog(runId: string, task: string, wanted?: number, begin?: number): Log {
  const [known, setKnown] = useState<Known | null>(null);
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState<unknown>(null);
  const [ended, setEnded] = useState(false);
  const [connected, setConnected] = useState(false);
  const aborting = useRef<AbortController>(null);
  const busy = useRef(false);
  const latest = useRef<Known>(NOTHING);
  const first = useRef(begin);
  first.current = begin;

  const show = useCallback((now: Known) => {
    latest.current = now;
    setKnown(now);
  }, []);

  const load = useCallback(
    async (range: string, use: (piece: Piece | null) => void, attempt = wanted) => {
      if (busy.current) return;
      busy.current = true;
      const mine = new AbortController();
      aborting.current = mine;
      setLoading(true);
      try {
        const piece = await logPiece(logUrl(runId, task, attempt), range, mine.signal);
        if (mine.signal.aborted) return;
        setError(null);
        use(piece);
      } catch (caught) {
        if (mine.signal.aborted) return;
        // A task that has not begun has no log yet; the stream tells when it has one.
        if (caught instanceof ApiError && caught.status === 404) show({ ...NOTHING, attempt: wanted ?? 1 });
        else setError(caught);
      } finally {
        if (aborting.current === mine) {
          busy.current = false;
          setLoading(false);
        }
      }
    },
    [runId, task, wanted, show],
  );

  const place = useCallback(
    (range: string, otherwise?: () => void) => {
      aborting.current?.abort();
      busy.current = false;
      void load(range, (piece) => {
        if (!piece && otherwise) return otherwise();
        if (!piece) return show({ ...NOTHING, attempt: wanted ?? 1 });
        const { attempt, attempts, size } = piece;
        show({ window: windowOf(piece.bytes, piece.start), attempt, attempts, size });
      });
    },
    [load, show, wanted],
  );
  const toEnd = useCallback(() => place(`bytes=-${PIECE}`), [place]);
  const toStart = useCallback(() => place(`bytes=0-${PIECE - 1}`), [place]);
  const around = useCallback(
    (at: number) => {
      const start = Math.max(0, at - PIECE / 2);
      place(`bytes=${start}-${start + PIECE - 1}`, toEnd); // a log that was written anew may be shorter
    },
    [place, toEnd],
  );

  const earlier = useCallback(() => {
    const { attempt, window } = latest.current;
    if (window.start === 0) return;
    const range = `bytes=${Math.max(0, window.start - PIECE)}-${window.start - 1}`;
    const use = (piece: Piece | null) => {
      const now = latest.current;
      if (piece && now.attempt === attempt && piece.start + piece.bytes.length === now.window.start)
        show({ ...now, window: trimmed(prepend(now.window, piece.bytes), MOST, "end") });
    };
    void load(range, use, attempt);
  }, [load, show]);

  const later = useCallback(() => {
    const { attempt, window, size } = latest.current;
    if (window.end >= size) return;
    const use = (piece: Piece | null) => {
      const now = latest.current;
      if (piece && now.attempt === attempt && piece.start === now.window.end)
        show({ ...now, window: trimmed(append(now.window, piece.bytes), MOST, "start"), size: piece.size });
    };
    void load(`bytes=${window.end}-${window.end + PIECE - 1}`, use, attempt);
  }, [load, show]);

  useEffect(() => {
    setKnown(null);
    setEnded(false);
    latest.current = NOTHING;
    if (first.current === undefined) toEnd();
    else around(first.current);
    return () => {
      aborting.current?.abort();
      busy.current = false;
    };
  }, [toEnd, around]);

  // Only a window at the log's end grows by itself.
  const atEnd = known !== null && known.window.end >= known.size;
  const flush = useMemo(() => throttled(() => setKnown(latest.current), 250), []);
  useStream(
    atEnd && !ended ? logEventsUrl(runId, task, wanted) : null,
    {
      attempt: (data) => {
        const { attempt } = data as LogAttempt;
        latest.current = { ...NOTHING, attempt, attempts: Math.max(attempt, latest.current.attempts) };
        flush();
      },
      log: (data, id) => {
        const { text } = data as LogPiece;
        const end = Number(id.split(":")[1]);
        const now = latest.current;
        if (end <= now.window.end) return;
        const window = trimmed(append(now.window, encoder.encode(text), end), MOST, "start");
        latest.current = { ...now, window, size: Math.max(now.size, end) };
        flush();
      },
      end: () => setEnded(true),
    },
    known ? `${known.attempt}:${known.window.end}` : undefined,
    setConnected,
  );

  const { window, attempt, attempts, size } = known ?? NOTHING;
  const live = !ended && known !== null;
  return { window, attempt, attempts, size, live, connected, loading, error, earlier, later, toStart, toEnd, around };
}
