import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";

/**
 * A text that somebody types, told a moment after the last key. What comes from elsewhere, as when one goes back, takes
 * the place of what is typed; what was told only comes back, and takes nothing.
 */
export function useTyped(value: string, tell: (value: string) => void, pause = 200): [string, (text: string) => void] {
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  const later = useDebouncedCallback((next: string) => {
    told.current = next;
    tell(next);
  }, pause);
  return [
    text,
    (next) => {
      setText(next);
      later(next);
    },
  ];
}
