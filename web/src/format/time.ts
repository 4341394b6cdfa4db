/** Times and durations in words. Pure. */

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** Such as `5 min. ago`. */
export function relative(time: string, now = Date.now()): string {
  const seconds = (Date.parse(time) - now) / 1000;
  for (const [unit, length] of UNITS)
    if (Math.abs(seconds) >= length) return RELATIVE.format(Math.trunc(seconds / length), unit);
  return Math.abs(seconds) < 5 ? "just now" : RELATIVE.format(Math.trunc(seconds), "second");
}

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const DAY_AND_TIME = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "numeric",
  minute: "2-digit",
});

/** By the clock: `15:00`, with the day where that is not today. */
export function clock(time: string, now = Date.now()): string {
  const at = new Date(time);
  return (at.toDateString() === new Date(now).toDateString() ? TIME : DAY_AND_TIME).format(at);
}

export function exact(time: string): string {
  return EXACT.format(new Date(time));
}

/** Such as `0.42 s`, `12 s`, `3 min 4 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 0.0005) return "0 s";
  if (seconds < 1) return `${Number(seconds.toPrecision(2))} s`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [unit, rest, small] =
    whole < 3600 ? ["min", 60, "s"] : whole < 172_800 ? ["h", 3600, "min"] : ["d", 86_400, "h"];
  const large = Math.floor(whole / Number(rest));
  const left = Math.floor((whole % Number(rest)) / (small === "s" ? 1 : small === "min" ? 60 : 3600));
  return left ? `${large} ${unit} ${left} ${small}` : `${large} ${unit}`;
}
