import { useEffect, useMemo, useReducer, useRef, useState } from "react";
import type { Folded } from "./folding";
import type { Layout } from "./layout";
import { layOut, layoutAtHand } from "./layouts";
import { sketch } from "./sketch";
import { topology } from "./topology";

/** What is drawn where. As long as a new layout is being made, the old graph stays. */
export type LaidOut = { folded: Folded; layout: Layout; key: string };

export function useLayout(folded: Folded): { laidOut: LaidOut | undefined; error: unknown } {
  const key = useMemo(() => topology(sketch(folded)), [folded]);
  const latest = useRef(folded);
  latest.current = folded;
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (layoutAtHand(key)) return;
    let isWanted = true;
    layOut(sketch(latest.current), key).then(
      () => isWanted && redraw(),
      (reason: unknown) => isWanted && setError(reason),
    );
    return () => {
      isWanted = false;
    };
  }, [key]);
  const layout = layoutAtHand(key);
  const current = useMemo(() => layout && { folded, layout, key }, [folded, layout, key]);
  const last = useRef(current);
  if (current) last.current = current;
  return { laidOut: last.current, error: current ? undefined : error };
}
