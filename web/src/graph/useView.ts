/** What of the graph is seen: all of it at first, then what the person looks at, however the graph or its place change. */
import { getViewportForBounds, useReactFlow, useStoreApi, type Viewport } from "@xyflow/react";
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Layout } from "./layout";
import type { LaidOut } from "./useLayout";

export const FURTHEST = 0.04;
export const NEAREST = 1.6;
const READABLE = 0.7;
/** How much of the upper left the tools cover. */
const TOOLS = { width: 400, height: 46 };
const QUICK = 180;

export type View = {
  /** Whether it was settled what is seen: before that, there is nothing to be drawn. */
  isSettled: boolean;
  fitAll: () => void;
  /** Bring a node into the middle, large enough to be read. */
  centre: (id: string) => void;
  /** Bring a node into sight, if it is not. */
  show: (id: string) => void;
  /** Keep this node where it is when the layout changes next. */
  hold: (id: string) => void;
  /** Show all of the next layout. */
  fitNext: () => void;
};

export function useView(root: RefObject<HTMLElement | null>, laidOut: LaidOut | undefined, selected?: string): View {
  const { getViewport, setViewport, setCenter } = useReactFlow();
  const store = useStoreApi();
  const latest = useRef({ laidOut, selected });
  latest.current = { laidOut, selected };
  const held = useRef<string>(undefined);
  const isFitNext = useRef(false);
  const before = useRef<LaidOut>(undefined);
  const [isSettled, setSettled] = useState(false);

  const fitAll = useCallback(() => {
    const { width, height } = store.getState();
    const layout = latest.current.laidOut?.layout;
    if (!layout || !width) return;
    setViewport(fitted(layout, width, height));
  }, [store, setViewport]);

  /** Whether all of the graph can be read at once. */
  const isReadable = useCallback(() => {
    const { width, height } = store.getState();
    const layout = latest.current.laidOut?.layout;
    return layout !== undefined && width > 0 && fitted(layout, width, height).zoom >= READABLE;
  }, [store]);

  const boxOf = useCallback((id: string) => latest.current.laidOut?.layout.boxes.get(id), []);

  const centre = useCallback(
    (id: string, duration = motion()) => {
      const box = boxOf(id);
      if (!box) return;
      const { height } = store.getState();
      const zoom = Math.min(1, Math.max(READABLE, getViewport().zoom));
      // Of a group that is larger than what is seen, its head.
      const half = Math.min(box.height, height / zoom - 80) / 2;
      setCenter(box.x + box.width / 2, box.y + half, { zoom, duration });
    },
    [boxOf, store, getViewport, setCenter],
  );

  const show = useCallback(
    (id: string) => {
      const box = boxOf(id);
      if (!box) return;
      const { width, height, transform } = store.getState();
      const [x, y, zoom] = transform;
      const [left, top] = [box.x * zoom + x, box.y * zoom + y];
      const isSeen = left >= 0 && top >= 0 && left + Math.min(box.width * zoom, 200) <= width && top + 40 <= height;
      if (!isSeen || zoom < 0.4) centre(id);
    },
    [boxOf, store, centre],
  );

  useLayoutEffect(() => {
    const old = before.current;
    before.current = laidOut;
    if (!laidOut || old?.key === laidOut.key) return;
    setSettled(true);
    const id = held.current ?? latest.current.selected;
    held.current = undefined;
    const [was, is] = [id && old?.layout.boxes.get(id), id && laidOut.layout.boxes.get(id)];
    const isFitted = !old || isFitNext.current;
    isFitNext.current = false;
    if (isFitted) {
      fitAll();
      if (id && is && !isReadable()) centre(id, 0);
    } else if (was && is) {
      const { x, y, zoom } = getViewport();
      setViewport({ x: x + (was.x - is.x) * zoom, y: y + (was.y - is.y) * zoom, zoom });
    }
  }, [laidOut, fitAll, isReadable, centre, getViewport, setViewport]);

  // The canvas gets another width when the panel beside it opens or is dragged.
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    let width = element.clientWidth;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth === width) return;
      width = element.clientWidth;
      const { selected } = latest.current;
      requestAnimationFrame(() => (selected && !isReadable() ? centre(selected, 0) : fitAll()));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [root, fitAll, isReadable, centre]);

  const hold = useCallback((id: string) => {
    held.current = id;
  }, []);
  const fitNext = useCallback(() => {
    isFitNext.current = true;
  }, []);
  return { isSettled, fitAll, fitNext, centre, show, hold };
}

/** All of a layout, none of it behind the tools. */
function fitted(layout: Layout, width: number, height: number): Viewport {
  const bounds = { x: 0, y: 0, width: layout.width, height: layout.height };
  const plain = getViewportForBounds(bounds, width, height, FURTHEST, 1, "20px");
  const isCovered = [...layout.boxes.values()].some(
    (box) => box.x * plain.zoom + plain.x < TOOLS.width && box.y * plain.zoom + plain.y < TOOLS.height,
  );
  if (!isCovered) return plain;
  const padding = { x: "20px", bottom: "20px", top: `${TOOLS.height + 8}px` } as const;
  return getViewportForBounds(bounds, width, height, FURTHEST, 1, padding);
}

function motion(): number {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : QUICK;
}
