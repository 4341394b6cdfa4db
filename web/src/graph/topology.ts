/** A short text that is the same for two graphs that only differ in what happened. Pure. */
import type { Sketch } from "./layout";

export function topology({ nodes, edges }: Sketch): string {
  return `${nodes.length} ${hash(JSON.stringify([nodes, edges]))}`;
}

/**
 * 64 bits of a text, in two halves that begin differently.
 *
 * The mixing is that of cyrb53 (https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js).
 */
function hash(text: string): string {
  let one = 0xdeadbeef;
  let other = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 2654435761);
    other = Math.imul(other ^ code, 1597334677);
  }
  const first = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
  const second = Math.imul(other ^ (other >>> 16), 2246822507) ^ Math.imul(first ^ (first >>> 13), 3266489909);
  return (first >>> 0).toString(36) + (second >>> 0).toString(36);
}
