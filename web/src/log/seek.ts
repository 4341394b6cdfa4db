/** Seeks a text in all of a log, piece by piece: no more than a piece of it is ever held. */
import { plain } from "./ansi";
import { LONGEST, matches, shown, windowOf } from "./lines";
import { logPiece } from "./windows";

const PIECE = 2 * 1024 * 1024;
const decoder = new TextDecoder();

type Range = { start: number; end: number };

/**
 * Where the next line begins that `sought` stands in, behind the place `from` or, with `by` -1, before it; and once
 * around, if need be. Null where there is none.
 */
export async function seek(url: string, sought: string, size: number, from: number, by: 1 | -1, signal: AbortSignal) {
  for (const { start, end } of ranges(size, from, by, PIECE)) {
    // A line that begins in this piece may end in the one behind it.
    const piece = await logPiece(url, `bytes=${start}-${end + LONGEST - 1}`, signal);
    const place = piece && placeIn(piece.bytes, piece.start, sought, by);
    if (place !== null) return place;
  }
  return null;
}

/** The pieces of a log in the order in which they are looked through. Pure. */
export function ranges(size: number, from: number, by: 1 | -1, length: number): Range[] {
  const cut = (start: number, stop: number) => {
    const found: Range[] = [];
    for (let at = start; at < stop; at += length) found.push({ start: at, end: Math.min(at + length, stop) });
    return found;
  };
  const [before, behind] = [cut(0, from), cut(from, size)];
  return by > 0 ? [...behind, ...before] : [...before.reverse(), ...behind.reverse()];
}

/** Where the first, or with `by` -1 the last, line with `sought` in it begins, of bytes that begin at `start`. Pure. */
export function placeIn(bytes: Uint8Array, start: number, sought: string, by: 1 | -1): number | null {
  // Most pieces have none, and to look at one as a whole is ten times as quick as to look at its lines.
  if (!plain(decoder.decode(bytes)).toLowerCase().includes(sought.toLowerCase())) return null;
  const lines = shown(windowOf(bytes, start));
  return lines[matches(lines, sought).at(by > 0 ? 0 : -1) ?? -1]?.at ?? null;
}
