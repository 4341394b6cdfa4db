/** How two executions differ, as the server says it, taken apart to be shown. Pure. */

/** A line of a diff, the one that is `at` this place in it. */
export type DiffLine = { at: number; kind: "added" | "removed" | "place" | "same"; text: string };

export type Difference = {
  what: string;
  /** Before and after, where both are told. */
  old?: string;
  new?: string;
  diff: DiffLine[];
};

const INDENT = 4;

export function differenceOf(sentence: string): Difference {
  const [first = "", ...rest] = sentence.split("\n");
  const diff = rest.map((line, at) => diffLine(line.slice(INDENT), at));
  const arrow = first.indexOf(" -> ");
  const colon = first.indexOf(": ");
  if (arrow < 0 || colon < 0 || colon > arrow) return { what: first, diff };
  const what = first.slice(0, colon);
  if (/ is (new|gone)\b/.test(what)) return { what: first, diff };
  let old = first.slice(colon + 2, arrow);
  let prefix = what;
  // Before a digest it says of what: "its content 9f8e7d -> 0a1b2c".
  const of = /^(its (?:content|type)) (.*)$/.exec(old);
  if (of) {
    prefix = `${what}: ${of[1]}`;
    old = of[2] ?? "";
  }
  return { what: prefix, old, new: first.slice(arrow + 4), diff };
}

function diffLine(text: string, at: number): DiffLine {
  if (text.startsWith("@@")) return { at, kind: "place", text };
  if (text.startsWith("+")) return { at, kind: "added", text };
  if (text.startsWith("-")) return { at, kind: "removed", text };
  return { at, kind: "same", text };
}
