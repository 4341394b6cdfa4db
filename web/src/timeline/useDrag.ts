/** Dragging over a part of the width, as shares of it. */
import { type PointerEvent, useRef, useState } from "react";

/** Pixels that a pointer may move in a click. */
const STILL = 5;

export function useDrag(onDragged: (from: number, to: number) => void) {
  const [dragged, setDragged] = useState<{ from: number; to: number } | null>(null);
  const begun = useRef<{ track: Element; x: number; moved: boolean } | null>(null);
  const share = (track: Element, x: number) => {
    const box = track.getBoundingClientRect();
    return Math.min(1, Math.max(0, (x - box.left) / box.width));
  };
  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      const track = (event.target as Element).closest("[data-track]");
      if (event.button !== 0 || event.pointerType === "touch" || !track) return;
      begun.current = { track, x: event.clientX, moved: false };
    },
    onPointerMove: (event: PointerEvent) => {
      const drag = begun.current;
      if (!drag || (!drag.moved && Math.abs(event.clientX - drag.x) < STILL)) return;
      if (!drag.moved) event.currentTarget.setPointerCapture(event.pointerId);
      drag.moved = true;
      setDragged({ from: share(drag.track, drag.x), to: share(drag.track, event.clientX) });
    },
    onPointerUp: (event: PointerEvent) => {
      const drag = begun.current;
      begun.current = null;
      setDragged(null);
      if (drag?.moved) onDragged(share(drag.track, drag.x), share(drag.track, event.clientX));
    },
    onPointerCancel: () => {
      begun.current = null;
      setDragged(null);
    },
  };
  return { dragged, handlers };
}
