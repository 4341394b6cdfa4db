/** A task's command as people read it. KFP's Python components carry their source in it. Pure. */

export type Function = {
  /** Name of the function that is called. */
  name: string;
  source: string;
};

export type Command = {
  /** The component's Python function, where it is one. */
  python: Function | null;
  /** What is started, without that source. */
  words: string[];
};

const MARK = "--function_to_execute";
/** What KFP writes before each function. */
const PREAMBLE = /^\s*(?:(?:import kfp|from kfp import dsl|from kfp\.dsl import \*|from typing import \*)\s*\n)+\s*/;

export function commandOf(command: string[], args: string[]): Command {
  const words = [...command, ...args];
  const name = words[words.indexOf(MARK) + 1];
  const at = words.findIndex((word) => word.includes("\n") && /^(async )?def |^class /m.test(word));
  if (!words.includes(MARK) || !name || at < 0) return { python: null, words };
  const source = (words[at] ?? "").replace(PREAMBLE, "").trimEnd();
  return { python: { name, source }, words: words.filter((_, place) => place !== at) };
}

/** A word as a shell takes it; placeholders such as `{{$}}` stay readable in quotes. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Words as lines of a shell: an option and its value on one, all others each on its own. */
export function lines(words: string[]): string[] {
  const found: string[] = [];
  for (const [place, word] of words.entries()) {
    const before = words[place - 1] ?? "";
    const last = found.length - 1;
    const value = before.startsWith("-") && !before.includes("=") && !word.startsWith("-");
    if (place > 0 && (value || (word.startsWith("-") && place === 1))) found[last] = `${found[last]} ${quoted(word)}`;
    else found.push(quoted(word));
  }
  return found;
}

export type Token = { text: string; kind: "word" | "comment" | "string" | "plain" };

const KEYWORDS =
  "False|None|True|and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield";
const PYTHON = new RegExp(
  `(?<comment>#[^\\n]*)|(?<string>[rbfu]{0,2}(?:"""[\\s\\S]*?"""|'''[\\s\\S]*?'''|"(?:\\\\.|[^"\\\\\\n])*"|'(?:\\\\.|[^'\\\\\\n])*'))|(?<word>\\b(?:${KEYWORDS})\\b)`,
  "g",
);

/** Python source in pieces to be coloured. */
export function tokens(source: string): Token[] {
  const found: Token[] = [];
  let from = 0;
  for (const match of source.matchAll(PYTHON)) {
    if (match.index > from) found.push({ text: source.slice(from, match.index), kind: "plain" });
    const kind = match.groups?.comment ? "comment" : match.groups?.string ? "string" : "word";
    found.push({ text: match[0], kind });
    from = match.index + match[0].length;
  }
  if (from < source.length) found.push({ text: source.slice(from), kind: "plain" });
  return found;
}
