/** A window of a log: a stretch of its bytes, as lines. It grows at both ends and can be cut at both. Pure. */
import { alike, closing, PLAIN, plain, type Style } from "./ansi";

export type Line = {
  /** Where it begins in the log, in bytes: it stays the same as the window grows. */
  at: number;
  /** As it is shown: of a progress bar, its last state. Escape sequences are still in it. */
  text: string;
  /** How the line before it left the colours. */
  open: Style;
  close: Style;
};

export type Window = {
  /** Bytes of the log that the window is of. */
  start: number;
  end: number;
  /** Before the first line that is certain to be whole. */
  head: Uint8Array;
  lines: Line[];
  /** After the last line's end: a line that has only begun. */
  tail: Uint8Array;
};

const NEWLINE = 10;
/** A line of more bytes than this is cut in pieces, so that one without an end costs no more than others. */
export const LONGEST = 64 * 1024;
const NOTHING = new Uint8Array(0);
const decoder = new TextDecoder();

export const emptyAt = (start: number): Window => ({ start, end: start, head: NOTHING, lines: [], tail: NOTHING });

/** A window of `bytes` that begin at `start`. What stands before its first line's end may be half a line. */
export function windowOf(bytes: Uint8Array, start: number): Window {
  if (start === 0) return append(emptyAt(0), bytes);
  const first = bytes.indexOf(NEWLINE) + 1;
  const cut = first === 0 ? Math.min(bytes.length, LONGEST) : first;
  const rest = append(emptyAt(start + cut), bytes.subarray(cut));
  return { ...rest, start, head: bytes.slice(0, cut) };
}

/** What comes after the window. `end` is where it ends, if that is not told by its bytes: bad ones were replaced. */
export function append(window: Window, bytes: Uint8Array, end = window.end + bytes.length): Window {
  const from = window.end - window.tail.length;
  const open = window.lines.at(-1)?.close ?? PLAIN;
  const { lines, rest } = cut(joined(window.tail, bytes), from, open);
  return { ...window, end, lines: lines.length ? window.lines.concat(lines) : window.lines, tail: rest };
}

/** What stands before the window. */
export function prepend(window: Window, bytes: Uint8Array): Window {
  const start = window.start - bytes.length;
  const earlier = windowOf(joined(bytes, window.head), start);
  const lines = earlier.tail.length // a line that was cut for its length
    ? [...earlier.lines, lineOf(earlier.tail, earlier.end - earlier.tail.length, earlier.lines.at(-1)?.close ?? PLAIN)]
    : earlier.lines;
  return {
    ...window,
    start,
    head: earlier.head,
    lines: [...lines, ...recoloured(window.lines, lines.at(-1)?.close ?? PLAIN)],
  };
}

/** The window without what is over `most` lines, at its beginning or at its end. */
export function trimmed(window: Window, most: number, side: "start" | "end"): Window {
  const over = window.lines.length - most;
  if (over <= 0) return window;
  if (side === "start") {
    const lines = window.lines.slice(over);
    return { ...window, start: lines[0]?.at ?? window.end - window.tail.length, head: NOTHING, lines };
  }
  const end = window.lines[most]?.at ?? window.end;
  return { ...window, end, lines: window.lines.slice(0, most), tail: NOTHING };
}

/** The lines as they are shown, the unfinished ones at both ends too. */
export function shown(window: Window): Line[] {
  const { head, lines, tail } = window;
  const first = head.length ? [lineOf(head, window.start, PLAIN)] : [];
  const last = tail.length ? [lineOf(tail, window.end - tail.length, lines.at(-1)?.close ?? PLAIN)] : [];
  return first.length || last.length ? [...first, ...lines, ...last] : lines;
}

/** Numbers of the lines that `sought` stands in, in whatever case. */
export function matches(lines: Line[], sought: string): number[] {
  if (!sought) return [];
  const wanted = sought.toLowerCase();
  const found = [];
  for (const [number, line] of lines.entries()) if (plain(line.text).toLowerCase().includes(wanted)) found.push(number);
  return found;
}

/** The number of the line that holds the byte `at` of the log; -1 where the lines don't reach there. */
export function lineAt(lines: Line[], at: number): number {
  const [first] = lines;
  return first && first.at <= at ? lines.findLastIndex((line) => line.at <= at) : -1;
}

const ERROR =
  /^Traceback \(most recent call last\)|^\s*(\w+\.)*\w*(Error|Exception)\b[:(]|\b(ERROR|FATAL|CRITICAL|panic:)/;

/** The number of the first line that tells of an error; -1 if none does. */
export function firstError(lines: Line[]): number {
  return lines.findIndex((line) => ERROR.test(plain(line.text)));
}

function cut(bytes: Uint8Array, from: number, open: Style): { lines: Line[]; rest: Uint8Array } {
  const lines: Line[] = [];
  let start = 0;
  let style = open;
  const add = (stop: number) => {
    const line = lineOf(bytes.subarray(start, stop), from + start, style);
    lines.push(line);
    style = line.close;
    start = stop;
  };
  for (;;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const stop = newline < 0 ? bytes.length : newline + 1;
    while (stop - start > LONGEST) add(border(bytes, start + LONGEST));
    if (newline < 0) break;
    add(stop);
  }
  return { lines, rest: bytes.slice(start) }; // a copy, so that the chunk can go
}

/** The last place up to `at` where a character begins (UTF-8). */
function border(bytes: Uint8Array, at: number): number {
  let place = at;
  while (place > at - 4 && ((bytes[place] ?? 0) & 0xc0) === 0x80) place -= 1;
  return place;
}

function lineOf(bytes: Uint8Array, at: number, open: Style): Line {
  const raw = decoder.decode(bytes).replace(/[\r\n]+$/, "");
  const states = raw.split("\r");
  const last = states.findLastIndex((state) => plain(state) !== "");
  const text = states[Math.max(0, last)] ?? "";
  const before = closing(states.slice(0, Math.max(0, last)).join(""), open);
  return { at, text, open: before, close: closing(raw, open) };
}

/** Lines after what now stands before them: anew up to the first that looks as it did. */
function recoloured(lines: Line[], open: Style): Line[] {
  const found = [...lines];
  let style = open;
  for (const [number, line] of lines.entries()) {
    if (alike(line.open, style)) break;
    const now = { ...line, open: style, close: closing(line.text, style) };
    found[number] = now;
    style = now.close;
  }
  return found;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  if (!one.length) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
