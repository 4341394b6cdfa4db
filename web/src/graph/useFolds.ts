/** Which groups are open: at first as many as can be read at once, and what was opened and folded since. */
import { useCallback, useMemo, useRef, useState } from "react";
import type { Graph } from "@/api/client";
import { around, type Folded, fold, openAtFirst } from "./folding";

/** Groups start open, level by level, as long as no more nodes are drawn than can be read at once. */
const READABLE = 40;

type Folds = { open: boolean; except: ReadonlySet<string> };

export type FoldedView = {
  folded: Folded;
  toggle: (path: string) => void;
  /** Open or fold all groups. */
  all: (open: boolean) => void;
  /** Open the groups that a node is in. */
  reveal: (id: string) => void;
};

export function useFolds(graph: Graph, artifacts: boolean): FoldedView {
  const [folds, setFolds] = useState<Folds>(() => ({ open: false, except: openAtFirst(graph, artifacts, READABLE) }));
  const folded = useMemo(
    () => fold(graph, (path) => folds.except.has(path) !== folds.open, artifacts),
    [graph, folds, artifacts],
  );
  const toggle = useCallback((path: string) => {
    setFolds(({ open, except }) => {
      const next = new Set(except);
      if (!next.delete(path)) next.add(path);
      return { open, except: next };
    });
  }, []);
  const all = useCallback((open: boolean) => setFolds({ open, except: new Set() }), []);
  const latest = useRef(graph);
  latest.current = graph;
  const reveal = useCallback((id: string) => {
    setFolds((folds) => {
      const closed = around(latest.current, id).filter((path) => folds.except.has(path) === folds.open);
      if (!closed.length) return folds;
      const next = new Set(folds.except);
      for (const path of closed) if (!next.delete(path)) next.add(path);
      return { ...folds, except: next };
    });
  }, []);
  return { folded, toggle, all, reveal };
}
