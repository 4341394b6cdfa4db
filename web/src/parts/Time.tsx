import { Tooltip } from "@mantine/core";
import { useEffect, useState } from "react";
import { duration, exact, relative } from "@/format/time";

/** The time of now, anew every so many milliseconds. */
export function useNow(every: number, active = true): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every, active]);
  return now;
}

/** When something was: how long ago, and on hover exactly. */
export function Time({ at }: { at: string | null | undefined }) {
  const now = useNow(30_000);
  if (!at) return <span className="muted">–</span>;
  return (
    <Tooltip label={`${exact(at)} (${at})`}>
      <time dateTime={at}>{relative(at, now)}</time>
    </Tooltip>
  );
}

/** How long something took, or has taken so far. */
export function Duration({
  start,
  end,
  running = false,
}: {
  start: string | null | undefined;
  end: string | null | undefined;
  running?: boolean;
}) {
  const now = useNow(1000, running && !end);
  if (!start || !(end || running)) return <span className="muted">–</span>;
  const seconds = Math.max(0, ((end ? Date.parse(end) : now) - Date.parse(start)) / 1000);
  return <span className="number">{duration(seconds)}</span>;
}
