import { useLocalStorage } from "@mantine/hooks";
import { type ReactNode, useRef } from "react";
import classes from "./Split.module.css";

const LEAST = 380;
const STEP = 32;

/** Two parts side by side; the second one's width is chosen by dragging what is between them, and remembered. */
export function Split({ children, side, label }: { children: ReactNode; side: ReactNode | null; label: string }) {
  const root = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useLocalStorage({
    key: "barograph.side",
    defaultValue: 520,
    getInitialValueInEffect: false,
  });
  const most = () => Math.max(LEAST, (root.current?.clientWidth ?? 1200) - 320);
  const change = (next: number) => setWidth(Math.round(Math.min(most(), Math.max(LEAST, next))));
  return (
    <div ref={root} className={classes.split}>
      <div className={classes.first}>{children}</div>
      {side && (
        <>
          {/* biome-ignore lint/a11y/useSemanticElements: an <hr> can't be dragged */}
          <div
            role="separator"
            tabIndex={0}
            aria-label={`Width of ${label}`}
            aria-orientation="vertical"
            aria-valuenow={width}
            aria-valuemin={LEAST}
            className={classes.handle}
            onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
            onPointerMove={(event) => {
              if (event.currentTarget.hasPointerCapture(event.pointerId) && root.current)
                change(root.current.getBoundingClientRect().right - event.clientX);
            }}
            onKeyDown={(event) => {
              if (event.key === "ArrowLeft") change(width + STEP);
              if (event.key === "ArrowRight") change(width - STEP);
            }}
          />
          <aside className={classes.side} style={{ flexBasis: width }} aria-label={label}>
            {side}
          </aside>
        </>
      )}
    </div>
  );
}
