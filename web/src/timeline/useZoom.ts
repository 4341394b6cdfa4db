/** Which part of a timeline is seen. It stands in the address, a moment after it has come to rest. */
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { useAddress } from "@/parts/useAddress";
import type { Span } from "./geometry";
import { spanOf, timelineSearch, zoomOf } from "./search";

const REST = 250;

/** @param start When the run began. @returns What is seen, null for the whole run; and what changes it. */
export function useZoom(start: number): [Span | null, (near: Span | null) => void] {
  const [{ zoom }, change] = useAddress(timelineSearch);
  const [near, setNear] = useState<Span | null>(spanOf(zoom, start) ?? null);
  const told = useRef(zoom);
  useEffect(() => {
    if (zoom === told.current) return;
    told.current = zoom;
    setNear(spanOf(zoom, start) ?? null);
  }, [zoom, start]);
  const tell = useDebouncedCallback((next: string | undefined) => {
    // To come near, and back to the whole, is a step that one can go back from; what is between is not.
    const inPlace = Boolean(next) && Boolean(told.current);
    told.current = next;
    change({ zoom: next }, inPlace);
  }, REST);
  return [
    near,
    (next) => {
      setNear(next);
      tell(next ? zoomOf(next, start) : undefined);
    },
  ];
}
