/** Edges, on the ways that the layout found around the nodes. */
import { type EdgeProps, ViewportPortal } from "@xyflow/react";
import type { WayEdge } from "./cards";
import classes from "./Graph.module.css";

const ARROW = "graph-arrow";
const ARROW_LIT = "graph-arrow-lit";

export function Way({ data }: EdgeProps<WayEdge>) {
  if (!data) return null;
  const { path, shown, isLit } = data;
  return (
    <path
      d={path}
      className={classes.edge}
      data-kind={shown.kind}
      data-lit={isLit || undefined}
      markerEnd={`url(#${isLit ? ARROW_LIT : ARROW})`}
    >
      <title>{shown.labels.join(", ")}</title>
    </path>
  );
}

/** All edges as one: from afar a thousand of them are as quick as one. */
export function AllWays({ edges }: { edges: readonly WayEdge[] }) {
  const lit = edges.filter((edge) => edge.data?.isLit);
  return (
    <ViewportPortal>
      <svg style={{ position: "absolute", overflow: "visible", zIndex: 50, pointerEvents: "none" }} aria-hidden>
        <path className={classes.edge} d={edges.map((edge) => edge.data?.path).join("")} />
        {lit.length > 0 && <path className={classes.edge} data-lit d={lit.map((edge) => edge.data?.path).join("")} />}
      </svg>
    </ViewportPortal>
  );
}

export function Arrows() {
  return (
    <svg style={{ position: "absolute", width: 0, height: 0 }} aria-hidden>
      <defs>
        <Arrow id={ARROW} className={classes.arrow} />
        <Arrow id={ARROW_LIT} className={classes.arrowLit} />
      </defs>
    </svg>
  );
}

function Arrow({ id, className }: { id: string; className: string | undefined }) {
  return (
    <marker
      id={id}
      viewBox="0 0 10 10"
      refX="9"
      refY="5"
      markerWidth="7"
      markerHeight="7"
      markerUnits="userSpaceOnUse"
      orient="auto"
    >
      <path d="M0 1L10 5L0 9z" className={className} />
    </marker>
  );
}
