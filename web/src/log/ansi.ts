/** Colours in what programs print: the escape sequences of ECMA-48's "select graphic rendition". Pure. */

export type Style = {
  /** 0–15 the terminal's own colours, 16–255 of the larger palette, or `#rrggbb`. */
  color?: number | string;
  background?: number | string;
  bold?: boolean;
  faint?: boolean;
  italic?: boolean;
  underline?: boolean;
  inverse?: boolean;
};

/** A piece of a line, from the character `at` on. */
export type Span = { at: number; text: string; style: Style };

export const PLAIN: Style = {};

const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);
const SEQUENCE = new RegExp(
  [
    `${ESC}\\[([\\d;:]*)m`, // colours
    `${ESC}\\[[\\d;:?<=>]*[ -/]*[@-~]`, // all other control sequences: the cursor, erasing
    `${ESC}\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)`, // titles, links
    `${ESC}[@-Z\\\\-_]?`,
  ].join("|"),
  "g",
);
/** What is neither text nor a tab nor the beginning of a sequence. */
const CONTROL = /(?![\t\n])\p{Cc}/gu;

/** A line without its escape sequences. */
export function plain(line: string): string {
  return line.replace(SEQUENCE, "").replace(CONTROL, "");
}

/** A line in pieces that look alike. `open` is how the line before it left off. */
export function spans(line: string, open: Style = PLAIN): Span[] {
  const found: Span[] = [];
  let style = open;
  let from = 0;
  const add = (text: string) => {
    const clean = text.replace(CONTROL, "");
    if (clean) found.push({ at: from, text: clean, style });
  };
  for (const sequence of line.matchAll(SEQUENCE)) {
    add(line.slice(from, sequence.index));
    from = sequence.index + sequence[0].length;
    if (sequence[1] !== undefined) style = styled(style, sequence[1]);
  }
  add(line.slice(from));
  return found;
}

/** How the text after a line looks. */
export function closing(line: string, open: Style): Style {
  if (!line.includes("\x1b")) return open;
  let style = open;
  for (const sequence of line.matchAll(SEQUENCE)) if (sequence[1] !== undefined) style = styled(style, sequence[1]);
  return style;
}

export function alike(one: Style, other: Style): boolean {
  return one === other || JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(style: Style) {
  return Object.entries(style)
    .filter(([, value]) => value !== undefined && value !== false)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

function styled(style: Style, codes: string): Style {
  const numbers = codes.split(/[;:]/).map(Number);
  let now = style;
  for (let at = 0; at < numbers.length; at += 1) {
    const code = numbers[at] ?? 0;
    if (code === 38 || code === 48) {
      const [color, used] = large(numbers.slice(at + 1));
      now = { ...now, [code === 38 ? "color" : "background"]: color };
      at += used;
    } else now = simple(now, code);
  }
  return now;
}

function simple(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, faint: true };
  if (code === 3) return { ...style, italic: true };
  if (code === 4) return { ...style, underline: true };
  if (code === 7) return { ...style, inverse: true };
  if (code === 22) return { ...style, bold: false, faint: false };
  if (code === 23) return { ...style, italic: false };
  if (code === 24) return { ...style, underline: false };
  if (code === 27) return { ...style, inverse: false };
  if (code >= 30 && code <= 37) return { ...style, color: code - 30 };
  if (code === 39) return { ...style, color: undefined };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code === 49) return { ...style, background: undefined };
  if (code >= 90 && code <= 97) return { ...style, color: code - 82 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 92 };
  return style;
}

/** The colour that follows 38 or 48, and how many numbers it is. */
function large(numbers: number[]): [number | string | undefined, number] {
  const [kind, ...rest] = numbers;
  if (kind === 5) return [rest[0], 2];
  if (kind !== 2) return [undefined, numbers.length];
  const hex = rest.slice(0, 3).map((part) =>
    Math.min(255, part || 0)
      .toString(16)
      .padStart(2, "0"),
  );
  return [`#${hex.join("")}`, 4];
}

/** The palette's colour as CSS; the first 16 are tokens, readable in light and in dark. */
export function css(color: number | string | undefined): string | undefined {
  if (typeof color !== "number") return color;
  if (color < 16) return `var(--ansi-${color})`;
  if (color >= 232)
    return `rgb(${Array(3)
      .fill(8 + (color - 232) * 10)
      .join(" ")})`;
  const steps = [0, 95, 135, 175, 215, 255];
  const cube = color - 16;
  const parts = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6];
  return `rgb(${parts.map((part) => steps[part]).join(" ")})`;
}
