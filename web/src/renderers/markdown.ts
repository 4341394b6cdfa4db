/** Markdown as blocks and inline pieces: what reports use of it. Pure; whatever is not understood stays text. */

export type Inline =
  | { kind: "text" | "code" | "strong" | "emphasis"; text: string }
  | { kind: "link"; text: string; href: string };

export type Block =
  | { kind: "heading"; level: number; inlines: Inline[] }
  | { kind: "paragraph" | "quote"; inlines: Inline[] }
  | { kind: "list"; ordered: boolean; items: Inline[][] }
  | { kind: "code"; text: string }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] }
  | { kind: "rule" };

const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|__([^_]+)__|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)/g;

export function blocks(text: string): Block[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const found: Block[] = [];
  let place = 0;
  const take = (while_: (line: string) => boolean): string[] => {
    const taken: string[] = [];
    while (place < lines.length && while_(lines[place]!)) taken.push(lines[place++]!);
    return taken;
  };
  while (place < lines.length) {
    const line = lines[place]!;
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (!line.trim()) place++;
    else if (line.startsWith("```")) {
      place++;
      const code = take((each) => !each.startsWith("```"));
      place++;
      found.push({ kind: "code", text: code.join("\n") });
    } else if (heading) {
      place++;
      found.push({ kind: "heading", level: heading[1]!.length, inlines: inlines(heading[2]!) });
    } else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
      place++;
      found.push({ kind: "rule" });
    } else if (isTable(lines, place)) {
      const [head, , ...rows] = take((each) => each.includes("|"));
      found.push({ kind: "table", head: cells(head!), rows: rows.map(cells) });
    } else if (ITEM.test(line)) {
      const items = take((each) => ITEM.test(each)).map((each) => ITEM.exec(each)!);
      found.push({ kind: "list", ordered: items[0]![1] !== undefined, items: items.map((item) => inlines(item[2]!)) });
    } else if (line.startsWith(">")) {
      const quoted = take((each) => each.startsWith(">")).map((each) => each.replace(/^>\s?/, ""));
      found.push({ kind: "quote", inlines: inlines(quoted.join(" ")) });
    } else {
      const begin = place++;
      const rest = take((each) => each.trim() !== "" && !/^(#{1,6}\s|```|>)/.test(each) && !ITEM.test(each));
      found.push({ kind: "paragraph", inlines: inlines([lines[begin]!, ...rest].join(" ")) });
    }
  }
  return found;
}

export function inlines(text: string): Inline[] {
  const found: Inline[] = [];
  let place = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > place) found.push({ kind: "text", text: text.slice(place, match.index) });
    const [, code, strong, strong2, emphasis, label, href] = match;
    if (code !== undefined) found.push({ kind: "code", text: code });
    else if (strong ?? strong2) found.push({ kind: "strong", text: (strong ?? strong2)! });
    else if (emphasis) found.push({ kind: "emphasis", text: emphasis });
    // Only addresses of the web: `javascript:` and its like would be code.
    else if (/^(https?:|mailto:)/i.test(href!)) found.push({ kind: "link", text: label!, href: href! });
    else found.push({ kind: "text", text: label! });
    place = match.index + match[0].length;
  }
  if (place < text.length) found.push({ kind: "text", text: text.slice(place) });
  return found;
}

function isTable(lines: string[], place: number): boolean {
  return lines[place]!.includes("|") && /^\s*\|?[\s:|-]*-[\s:|-]*\|[\s:|-]*$/.test(lines[place + 1] ?? "");
}

function cells(line: string): Inline[][] {
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => inlines(cell.trim()));
}
