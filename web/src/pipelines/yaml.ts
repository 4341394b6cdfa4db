/** The colours of YAML: enough to find one's way in a compiled pipeline. Pure. */

export type Kind = "key" | "string" | "number" | "word" | "comment" | "plain";
export type Piece = { kind: Kind; text: string };

const KEY = /^(\s*(?:- +)*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#"'&*!|>%@`{[-][^:#]*|-[^\s:][^:#]*)(:)(?=\s|$)/;
const SCALAR = /^(\s*)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')(.*)$/;
const NUMBER = /^[-+]?(\d[\d_]*\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const WORD = /^(true|false|null|~|\{\}|\[\])$/i;
const BLOCK = /[:-]\s+[|>][-+0-9]*\s*$/;

/** The lines of a document, each as pieces that together are the line. */
export function colour(text: string): Piece[][] {
  let block: number | null = null; // how far a block's parent is indented
  return text.split("\n").map((line) => {
    const indent = line.search(/\S/);
    if (block !== null && (indent === -1 || indent > block)) return [{ kind: "string", text: line }];
    block = BLOCK.test(line) ? indent : null;
    return pieces(line);
  });
}

function pieces(line: string): Piece[] {
  if (/^\s*#/.test(line)) return [{ kind: "comment", text: line }];
  const key = KEY.exec(line);
  const found: Piece[] = [];
  let rest = line;
  if (key) {
    const [whole, before = "", name = ""] = key;
    found.push({ kind: "plain", text: before }, { kind: "key", text: name }, { kind: "plain", text: ":" });
    rest = line.slice(whole.length);
  } else {
    const [dash = ""] = /^\s*(?:- +)*/.exec(line) ?? [];
    found.push({ kind: "plain", text: dash });
    rest = line.slice(dash.length);
  }
  return [...found, ...value(rest)].filter((piece) => piece.text !== "");
}

function value(text: string): Piece[] {
  const quoted = SCALAR.exec(text);
  if (quoted) {
    const [, before = "", scalar = "", after = ""] = quoted;
    return [{ kind: "plain", text: before }, { kind: "string", text: scalar }, ...remark(after)];
  }
  const at = text.search(/\s#/);
  const scalar = at === -1 ? text : text.slice(0, at);
  const trimmed = scalar.trim();
  const kind = NUMBER.test(trimmed) ? "number" : WORD.test(trimmed) ? "word" : "plain";
  return [{ kind, text: scalar }, ...remark(text.slice(scalar.length))];
}

function remark(text: string): Piece[] {
  return [{ kind: /^\s*#/.test(text) ? "comment" : "plain", text }];
}
