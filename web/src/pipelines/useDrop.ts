/** Files that are dropped anywhere on a screen. */
import { useEffect, useRef, useState } from "react";

/** Takes the file that is dropped; gives whether one is over the screen. */
export function useDrop(take: (file: File) => void): boolean {
  const latest = useRef(take);
  latest.current = take;
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0; // elements are entered and left one by one
    const move = (step: number) => (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault(); // else the browser would leave for the file
      depth += step;
      setOver(depth > 0);
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      const [file] = event.dataTransfer.files;
      if (file) latest.current(file);
    };
    const ending = new AbortController();
    const { signal } = ending;
    document.addEventListener("dragenter", move(1), { signal });
    document.addEventListener("dragleave", move(-1), { signal });
    document.addEventListener("dragover", move(0), { signal });
    document.addEventListener("drop", drop, { signal });
    return () => ending.abort();
  }, []);
  return over;
}
