/** The graph from afar: a path for all boxes of a colour, in place of a card for each. A thousand of them are as quick as one. */
import { ViewportPortal } from "@xyflow/react";
import { useMemo } from "react";
import { patches } from "./boxes";
import type { CardNode } from "./cards";
import classes from "./Graph.module.css";

export function FarBoxes({ nodes, lit }: { nodes: readonly CardNode[]; lit: boolean }) {
  const [near, rest] = useMemo(() => {
    const isLit = (node: CardNode) => !lit || node.className === "lit";
    return [patches(nodes.filter(isLit)), patches(nodes.filter((node) => !isLit(node)))];
  }, [nodes, lit]);
  return (
    <ViewportPortal>
      <svg className={classes.scene} aria-hidden>
        <path d={rest.frames + near.frames} className={classes.farFrame} />
        <path d={rest.fills.map((fill) => fill.path).join("")} fill="var(--line)" />
        {near.fills.map(({ color, path }) => (
          <path key={color} d={path} style={{ fill: color }} />
        ))}
      </svg>
    </ViewportPortal>
  );
}
