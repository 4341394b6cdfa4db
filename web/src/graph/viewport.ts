/** Which part of a layout is seen. Pure. */
import { getViewportForBounds, type Viewport } from "@xyflow/react";
import type { Box, Layout } from "./layout";

export const FURTHEST = 0.015;
export const NEAREST = 1.6;
/** From this zoom on, cards can be read. */
export const READABLE = 0.7;
/** How much of the upper left the tools cover. */
const TOOLS = { width: 400, height: 46 };
const PADDING = 20;

export type Frame = { width: number; height: number };

/** All of a layout, none of it behind the tools. */
export function fitted(layout: Layout, { width, height }: Frame): Viewport {
  const bounds = { x: 0, y: 0, width: layout.width, height: layout.height };
  const plain = getViewportForBounds(bounds, width, height, FURTHEST, 1, `${PADDING}px`);
  const isCovered = [...layout.boxes.values()].some(
    (box) => box.x * plain.zoom + plain.x < TOOLS.width && box.y * plain.zoom + plain.y < TOOLS.height,
  );
  if (!isCovered) return plain;
  const padding = { x: `${PADDING}px`, bottom: `${PADDING}px`, top: `${TOOLS.height + PADDING / 2}px` } as const;
  return getViewportForBounds(bounds, width, height, FURTHEST, 1, padding);
}

/** A node in the middle, as far as nothing beyond the layout is seen for it that could show more of the layout. */
export function centred(box: Box, layout: Layout, { width, height }: Frame, zoom: number): Viewport {
  // Of a group that is larger than what is seen, its head.
  const half = Math.min(box.height, height / zoom - 80) / 2;
  const x = width / 2 - (box.x + box.width / 2) * zoom;
  const y = height / 2 - (box.y + half) * zoom;
  return {
    x: held(x, layout.width * zoom, width, PADDING),
    y: held(y, layout.height * zoom, height, TOOLS.height),
    zoom,
  };
}

export function isSeen(box: Box, { x, y, zoom }: Viewport, { width, height }: Frame): boolean {
  const [left, top] = [box.x * zoom + x, box.y * zoom + y];
  const right = left + Math.min(box.width * zoom, 200);
  return left >= 0 && top >= 0 && right <= width && top + 40 <= height;
}

/** Where something begins in a frame, so that neither its beginning nor its end is farther inside than it must be. */
function held(begin: number, size: number, frame: number, before: number): number {
  if (size + before + PADDING <= frame) return (frame - size) / 2;
  return Math.min(before, Math.max(frame - size - PADDING, begin));
}
