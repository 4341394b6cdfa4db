/** Where in a large graph one is; pressing or dragging in it goes there. */
import { useReactFlow, useStore } from "@xyflow/react";
import { type PointerEvent, useMemo } from "react";
import { patches } from "./boxes";
import type { CardNode } from "./cards";
import classes from "./Graph.module.css";

const LARGEST = { width: 190, height: 130 };

type Props = { nodes: readonly CardNode[]; width: number; height: number };

export function MiniMap({ nodes, width, height }: Props) {
  const [x, y, zoom] = useStore((state) => state.transform);
  const [shownWidth, shownHeight] = [useStore((state) => state.width), useStore((state) => state.height)];
  const { setCenter } = useReactFlow();
  const drawn = useMemo(() => patches(nodes), [nodes]);
  const scale = Math.min(LARGEST.width / width, LARGEST.height / height);
  const seen = { x: -x / zoom, y: -y / zoom, width: shownWidth / zoom, height: shownHeight / zoom };
  const isWhole = seen.x <= 0 && seen.y <= 0 && seen.x + seen.width >= width && seen.y + seen.height >= height;
  if (isWhole) return null;
  const go = (event: PointerEvent<SVGSVGElement>) => {
    if (!(event.buttons & 1)) return;
    const box = event.currentTarget.getBoundingClientRect();
    void setCenter((event.clientX - box.left) / scale, (event.clientY - box.top) / scale, { zoom });
  };
  return (
    <div className={`card ${classes.map}`}>
      {/* The keyboard goes by the arrows, from node to node. */}
      <svg
        aria-hidden
        width={width * scale}
        height={height * scale}
        viewBox={`0 0 ${width} ${height}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          go(event);
        }}
        onPointerMove={go}
      >
        <path d={drawn.frames} className={classes.farFrame} />
        {drawn.fills.map(({ color, path }) => (
          <path key={color} d={path} style={{ fill: color }} />
        ))}
        <rect {...seen} className={classes.seen} strokeWidth={2 / scale} />
      </svg>
    </div>
  );
}
