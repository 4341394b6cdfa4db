/** Files that are dropped anywhere on a screen. */
import { type DragEvent, useRef, useState } from "react";

/** Handlers for the element that takes a file, and whether one is over it. */
export function useDrop(take: (file: File) => void) {
  const depth = useRef(0); // children are entered and left too
  const [over, setOver] = useState(false);
  const move = (step: number) => (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    depth.current += step;
    setOver(depth.current > 0);
  };
  return {
    over,
    handlers: {
      onDragEnter: move(1),
      onDragLeave: move(-1),
      onDragOver: move(0),
      onDrop: (event: DragEvent) => {
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        const [file] = event.dataTransfer.files;
        if (file) take(file);
      },
    },
  };
}
