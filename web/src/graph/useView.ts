/** What of the graph is seen: all of it at first, then what the person looks at, however the graph or its place change. */
import { useReactFlow, useStoreApi } from "@xyflow/react";
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { LaidOut } from "./useLayout";
import { centred, fitted, isSeen, READABLE } from "./viewport";

const QUICK = 180;
/** From farther away than this, a node that is to be shown is brought nearer. */
const TOO_FAR = 0.4;

export type View = {
  /** Whether it was settled what is seen: before that, there is nothing to be drawn. */
  isSettled: boolean;
  fitAll: () => void;
  /** Bring a node into sight, if it is not. */
  show: (id: string) => void;
  /** Keep this node where it is when the layout changes next. */
  hold: (id: string) => void;
  /** Show all of the next layout. */
  fitNext: () => void;
  /** Somebody has moved the graph, and wants to stay there. */
  moved: () => void;
};

export function useView(root: RefObject<HTMLElement | null>, laidOut: LaidOut | undefined, selected?: string): View {
  const { getViewport, setViewport } = useReactFlow();
  const store = useStoreApi();
  const latest = useRef({ laidOut, selected });
  latest.current = { laidOut, selected };
  const held = useRef<string>(undefined);
  const isFitNext = useRef(false);
  const before = useRef<LaidOut>(undefined);
  const isWhole = useRef(true);
  const [isSettled, setSettled] = useState(false);

  const fitAll = useCallback(() => {
    const layout = latest.current.laidOut?.layout;
    const frame = store.getState();
    if (!layout || !frame.width) return;
    isWhole.current = true;
    void setViewport(fitted(layout, frame));
  }, [store, setViewport]);

  const centre = useCallback(
    (id: string, duration = motion()) => {
      const layout = latest.current.laidOut?.layout;
      const box = layout?.boxes.get(id);
      if (!box) return;
      const zoom = Math.min(1, Math.max(READABLE, getViewport().zoom));
      void setViewport(centred(box, layout!, store.getState(), zoom), { duration });
    },
    [store, getViewport, setViewport],
  );

  const show = useCallback(
    (id: string) => {
      const box = latest.current.laidOut?.layout.boxes.get(id);
      const view = getViewport();
      if (box && (view.zoom < TOO_FAR || !isSeen(box, view, store.getState()))) centre(id);
    },
    [store, getViewport, centre],
  );

  /** All of the graph, if it can be read like that, or else what is selected. */
  const settle = useCallback(() => {
    fitAll();
    const { selected } = latest.current;
    if (selected && getViewport().zoom < READABLE) centre(selected, 0);
  }, [fitAll, getViewport, centre]);

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
    if (isFitted) settle();
    else if (was && is) {
      const { x, y, zoom } = getViewport();
      setViewport({ x: x + (was.x - is.x) * zoom, y: y + (was.y - is.y) * zoom, zoom });
    }
  }, [laidOut, settle, getViewport, setViewport]);

  // The canvas gets another size when the panel beside it opens or is dragged, or when something comes above it.
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    let { clientWidth: width, clientHeight: height } = element;
    const observer = new ResizeObserver(() => {
      const wider = element.clientWidth - width;
      if (!wider && element.clientHeight === height) return;
      [width, height] = [element.clientWidth, element.clientHeight];
      requestAnimationFrame(() => {
        if (isWhole.current) return settle();
        const { x, y, zoom } = getViewport();
        void setViewport({ x: x + wider / 2, y, zoom });
        if (latest.current.selected) show(latest.current.selected);
      });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [root, settle, show, getViewport, setViewport]);

  const hold = useCallback((id: string) => {
    held.current = id;
  }, []);
  const fitNext = useCallback(() => {
    isFitNext.current = true;
  }, []);
  const moved = useCallback(() => {
    isWhole.current = false;
  }, []);
  return { isSettled, moved, fitAll, fitNext, show, hold };
}

function motion(): number {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : QUICK;
}
