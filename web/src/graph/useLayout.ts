/** Lays graphs out beside the page's own thread; the same graph only once, whatever happens in it. */
import ELK from "elkjs/lib/elk-api";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";
import { useEffect, useMemo, useReducer, useRef, useState } from "react";
import type { Folded } from "./folding";
import { answered, asked, type Layout, topology } from "./layout";

const KEPT = 20;
const known = new Map<string, Layout>();
let elk: InstanceType<typeof ELK> | undefined;

async function layOut(folded: Folded, key: string): Promise<Layout> {
  elk ??= new ELK({ workerFactory: () => new Worker(workerUrl) });
  const layout = answered(await elk.layout(asked(folded)));
  known.set(key, layout);
  for (const old of known.keys()) if (known.size > KEPT) known.delete(old);
  return layout;
}

/** What is drawn where. As long as a new layout is being made, the old graph stays. */
export type LaidOut = { folded: Folded; layout: Layout; key: string };

export function useLayout(folded: Folded): { laidOut: LaidOut | undefined; error: unknown } {
  const key = useMemo(() => topology(folded), [folded]);
  const latest = useRef(folded);
  latest.current = folded;
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (known.has(key)) return;
    let isWanted = true;
    layOut(latest.current, key).then(
      () => isWanted && redraw(),
      (reason: unknown) => isWanted && setError(reason),
    );
    return () => {
      isWanted = false;
    };
  }, [key]);
  const layout = known.get(key);
  const current = useMemo(() => layout && { folded, layout, key }, [folded, layout, key]);
  const last = useRef(current);
  if (current) last.current = current;
  return { laidOut: last.current, error: current ? undefined : error };
}
