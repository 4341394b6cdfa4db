import { useCallback, useEffect, useRef, useState } from "react";
import { seek } from "./seek";

export type Seeking = {
  isSeeking: boolean;
  /** What was sought in all of the log, and is nowhere in it. */
  missing: string | undefined;
  error: unknown;
  /** Seek behind the place `from`, or before it. */
  begin: (sought: string, from: number, by: 1 | -1) => void;
  stop: () => void;
};

/** Seeks in a log of which not all is loaded. */
export function useSeek(url: string, size: number, onFound: (place: number) => void): Seeking {
  const [isSeeking, setSeeking] = useState(false);
  const [missing, setMissing] = useState<string>();
  const [error, setError] = useState<unknown>();
  const aborting = useRef<AbortController>(null);
  const latest = useRef({ url, size, onFound });
  latest.current = { url, size, onFound };

  const stop = useCallback(() => {
    aborting.current?.abort();
    setSeeking(false);
    setMissing(undefined);
    setError(undefined);
  }, []);
  const begin = useCallback(
    (sought: string, from: number, by: 1 | -1) => {
      stop();
      aborting.current = new AbortController();
      const { signal } = aborting.current;
      setSeeking(true);
      seek(latest.current.url, sought, latest.current.size, from, by, signal)
        .then((place) => {
          if (signal.aborted) return;
          if (place === null) setMissing(sought);
          else latest.current.onFound(place);
        })
        .catch((caught: unknown) => !signal.aborted && setError(caught))
        .finally(() => !signal.aborted && setSeeking(false));
    },
    [stop],
  );
  useEffect(() => () => aborting.current?.abort(), []);
  return { isSeeking, missing, error, begin, stop };
}
