/** A line of a log: its number, and its text with colours and with what was sought marked. */
import type { CSSProperties } from "react";
import { whole } from "@/format/numbers";
import { css, type Style, spans } from "./ansi";
import classes from "./Log.module.css";
import type { Line } from "./lines";

/** Characters of a line that are drawn: a browser chokes on more. */
const DRAWN = 10_000;

type Props = { line: Line; number: number | null; sought: string; onPlace: () => void };

export function LogLine({ line, number, sought, onPlace }: Props) {
  const long = line.text.length > DRAWN;
  return (
    <>
      {/* For the mouse; a keyboard comes to a line by the search. */}
      <span
        className={classes.number}
        aria-hidden
        data-number={number ?? ""}
        title="Put this line into the address"
        onClick={onPlace}
      />
      <span className={classes.text}>
        {spans(long ? line.text.slice(0, DRAWN) : line.text, line.open).map((span) => (
          <span key={span.at} style={lookOf(span.style)}>
            <Marked text={span.text} sought={sought} />
          </span>
        ))}
        {long && <span className="muted"> … {whole(line.text.length - DRAWN)} characters more: download the log</span>}
      </span>
    </>
  );
}

function Marked({ text, sought }: { text: string; sought: string }) {
  if (!sought) return text;
  const parts = [];
  const lower = text.toLowerCase();
  let from = 0;
  for (let at = lower.indexOf(sought); at >= 0; at = lower.indexOf(sought, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + sought.length)}</mark>);
    from = at + sought.length;
  }
  return parts.length ? [...parts, text.slice(from)] : text;
}

function lookOf(style: Style): CSSProperties | undefined {
  if (!Object.keys(style).length) return undefined;
  const [color, background] = style.inverse
    ? [css(style.background) ?? "var(--card)", css(style.color) ?? "currentcolor"]
    : [css(style.color), css(style.background)];
  return {
    color,
    background,
    fontWeight: style.bold ? 700 : undefined,
    fontStyle: style.italic ? "italic" : undefined,
    textDecoration: style.underline ? "underline" : undefined,
    opacity: style.faint ? 0.8 : undefined,
  };
}
