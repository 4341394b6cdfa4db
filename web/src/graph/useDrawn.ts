import { useMemo, useRef } from "react";
import { type CardNode, cardNodes, type Marks, type WayEdge, wayEdges } from "./cards";
import type { LaidOut } from "./useLayout";
import { type Reach, reach } from "./walk";

type Drawn = {
  nodes: CardNode[];
  edges: WayEdge[];
  /** What the selected node depends on, and what depends on it. */
  lit: Reach | undefined;
};

/** The nodes and edges of a layout, with what is selected. */
export function useDrawn(
  laidOut: LaidOut | undefined,
  selected: string | undefined,
  tabStop: string | undefined,
  marks: Marks | undefined,
): Drawn {
  const lit = useMemo(
    () => (selected && laidOut?.layout.boxes.has(selected) ? reach(laidOut.folded, selected) : undefined),
    [selected, laidOut],
  );
  const kept = useRef<ReadonlyMap<string, CardNode>>(new Map());
  const nodes = useMemo(() => {
    if (!laidOut) return [];
    const looks = { selected, tabStop, reach: lit, marks };
    const made = cardNodes(laidOut.folded, laidOut.layout, looks, kept.current);
    kept.current = new Map(made.map((node) => [node.id, node]));
    return made;
  }, [laidOut, selected, tabStop, lit, marks]);
  const edges = useMemo(() => (laidOut ? wayEdges(laidOut.folded, laidOut.layout, lit) : []), [laidOut, lit]);
  return { nodes, edges, lit };
}
