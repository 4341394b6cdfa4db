/** What the address says of a timeline. Pure. */
import { type Given, textIn } from "@/parts/search";
import type { Span } from "./geometry";

export type TimelineSearch = {
  /** What is seen of it, in seconds after the run began: `12.5-30`; the whole run if left out. */
  zoom?: string;
};

export const timelineSearch = (given: Given): TimelineSearch => {
  const zoom = textIn(given, "zoom");
  return { zoom: spanOf(zoom, 0) ? zoom : undefined };
};

/** @param start When the run began, in milliseconds. */
export function spanOf(zoom: string | undefined, start: number): Span | undefined {
  const found = /^(-?\d+(?:\.\d+)?)-(-?\d+(?:\.\d+)?)$/.exec(zoom ?? "");
  const [from, to] = [Number(found?.[1]), Number(found?.[2])];
  return from < to ? { from: start + from * 1000, to: start + to * 1000 } : undefined;
}

export function zoomOf({ from, to }: Span, start: number): string {
  const seconds = (time: number) => String(Number(((time - start) / 1000).toFixed(3)));
  return `${seconds(from)}-${seconds(to)}`;
}
