/** What happens to any run: told by one stream to the whole app, as a browser has few connections. */
import { useEffect, useRef } from "react";
import type { RunChange } from "./client";
import { useStream } from "./live";

type Told = {
  /** From here on all is told; what was read before may be old. */
  begin?: () => void;
  run: (change: RunChange) => void;
};

const listeners = new Set<{ current: Told }>();
let begun = false;

/** Open the stream; the shell does, once. `onLive` is told whether the connection stands. */
export function useHappeningsStream(onLive: (live: boolean) => void) {
  useStream(
    "/apis/barograph/v1/events",
    {
      begin: () => {
        begun = true;
        for (const { current } of listeners) current.begin?.();
      },
      run: (data) => {
        for (const { current } of listeners) current.run(data as RunChange);
      },
    },
    undefined,
    onLive,
  );
}

/** Be told of every run that comes into another state, as long as the component is there. */
export function useHappenings(told: Told) {
  const latest = useRef(told);
  latest.current = told;
  useEffect(() => {
    listeners.add(latest);
    if (begun) latest.current.begin?.();
    return () => {
      listeners.delete(latest);
    };
  }, []);
}
