import { ActionIcon, Button, Group, Text } from "@mantine/core";
import { useElementSize, useMergedRef, useViewportSize } from "@mantine/hooks";
import { IconArrowsMaximize, IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import { type KeyboardEvent, type PointerEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { bytes, percent } from "@/format/numbers";
import classes from "./ImageView.module.css";
import { PIXELS, type Size, scaleOf, scrolled, stepped, type Zoom, zoomOfKey } from "./zoom";

/** As in the style sheet. */
const MOST_OF_WINDOW = 0.7;

type Point = { x: number; y: number };

/** An image that can be zoomed: with buttons, with keys, with the wheel (in a page with Ctrl), and moved with the mouse. */
export function Zoomable({
  src,
  name,
  size,
  onLarge,
}: {
  src: string;
  name: string;
  size: number;
  onLarge?: () => void;
}) {
  const [zoom, setZoom] = useState<Zoom>("fit");
  const [image, setImage] = useState<Size>();
  const [failed, setFailed] = useState(false);
  const place = useRef<HTMLElement>(null);
  const { ref: measured, width, height: own } = useElementSize<HTMLElement>();
  // In a page the place is as high as the image in it, up to a part of the window.
  const most = useViewportSize().height * MOST_OF_WINDOW;
  const height = onLarge ? most : own;
  const merged = useMergedRef(place, measured);
  const scale = scaleOf(zoom, image ?? { width: 0, height: 0 }, { width, height });
  const anchor = useRef<{ at: Point; before: number }>(null);

  const to = (next: Zoom, at?: Point) => {
    anchor.current = { at: at ?? { x: width / 2, y: height / 2 }, before: scale };
    setZoom(next);
  };
  const latest = useRef(to);
  latest.current = to;
  const scaleNow = useRef(scale);
  scaleNow.current = scale;

  useLayoutEffect(() => {
    const [box, kept] = [place.current, anchor.current];
    if (!box || !kept || kept.before === scale) return;
    box.scrollLeft = scrolled(box.scrollLeft, kept.at.x, kept.before, scale);
    box.scrollTop = scrolled(box.scrollTop, kept.at.y, kept.before, scale);
    anchor.current = null;
  }, [scale]);

  useEffect(() => {
    const box = place.current;
    if (!box) return;
    const wheel = (event: WheelEvent) => {
      // In a page, the wheel alone goes on scrolling that.
      if (onLarge && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left, top } = box.getBoundingClientRect();
      const at = { x: event.clientX - left, y: event.clientY - top };
      latest.current(stepped(scaleNow.current, event.deltaY < 0 ? 1 : -1), at);
    };
    box.addEventListener("wheel", wheel, { passive: false });
    return () => box.removeEventListener("wheel", wheel);
  }, [onLarge]);

  const key = (event: KeyboardEvent) => {
    const next = event.ctrlKey || event.metaKey || event.altKey ? undefined : zoomOfKey(event.key, scale);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    to(next);
  };
  if (failed) return <Text size="sm">The file is no image that a browser can show. Download it to look at it.</Text>;
  return (
    <div className={classes.view}>
      <Group gap={6}>
        <ActionIcon variant="default" aria-label="Zoom out" onClick={() => to(stepped(scale, -1))}>
          <IconZoomOut size={16} aria-hidden />
        </ActionIcon>
        <ActionIcon variant="default" aria-label="Zoom in" onClick={() => to(stepped(scale, 1))}>
          <IconZoomIn size={16} aria-hidden />
        </ActionIcon>
        <Button size="compact-sm" variant="default" aria-pressed={zoom === "fit"} onClick={() => to("fit")}>
          Fit
        </Button>
        <Button size="compact-sm" variant="default" aria-pressed={zoom === 1} onClick={() => to(1)}>
          100 %
        </Button>
        {onLarge && (
          <ActionIcon variant="default" aria-label={`Show ${name} large`} onClick={onLarge}>
            <IconArrowsMaximize size={16} aria-hidden />
          </ActionIcon>
        )}
        <Text size="sm" className="muted number" aria-live="polite">
          {percent(scale, 0)}
          {image && ` of ${image.width} × ${image.height} pixels`}, {bytes(size)}
        </Text>
        <Text size="xs" className="muted">
          {onLarge ? "Ctrl and the wheel zoom" : "The wheel zooms"}, as do the keys + − 0 1 here.
        </Text>
      </Group>
      <section
        ref={merged}
        className={classes.place}
        aria-label={`${name}; the keys plus and minus zoom, 0 fits it in, the arrows move it`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls and zooms, and a keyboard must reach it
        tabIndex={0}
        onKeyDown={key}
        onPointerDown={drag}
      >
        <img
          src={src}
          alt={name}
          draggable={false}
          style={{
            width: image && image.width * scale,
            height: image && image.height * scale,
            imageRendering: scale >= PIXELS ? "pixelated" : undefined,
            visibility: image ? undefined : "hidden",
          }}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setImage({ width: naturalWidth || 300, height: naturalHeight || 150 })
          }
          onError={() => setFailed(true)}
        />
      </section>
    </div>
  );
}

/** Move the image as the mouse is moved. */
function drag(event: PointerEvent<HTMLElement>) {
  const box = event.currentTarget;
  if (event.pointerType !== "mouse" || event.button !== 0) return;
  const from = { x: event.clientX + box.scrollLeft, y: event.clientY + box.scrollTop };
  const move = (moved: globalThis.PointerEvent) => {
    box.scrollLeft = from.x - moved.clientX;
    box.scrollTop = from.y - moved.clientY;
  };
  const end = () => {
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", end);
    window.removeEventListener("pointercancel", end);
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", end);
  window.addEventListener("pointercancel", end);
}
