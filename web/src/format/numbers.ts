/** Numbers as people read them. Pure. */

const WHOLE = new Intl.NumberFormat("en");
const SIZES = ["B", "kB", "MB", "GB", "TB"];

export function whole(value: number): string {
  return WHOLE.format(value);
}

/** Four significant digits; whole numbers in full. What is no number stays as it is. */
export function short(value: number | string | boolean | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return WHOLE.format(value);
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e9) return value.toExponential(3);
  return size >= 10_000 ? WHOLE.format(Math.round(value)) : String(Number(value.toPrecision(4)));
}

/** With its sign: `+0.033`, `−0.012`, `±0`. */
export function signed(value: number): string {
  if (value === 0) return "±0";
  return (value > 0 ? "+" : "−") + short(Math.abs(value));
}

export function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** Such as `5.9 MB`. */
export function bytes(size: number): string {
  let value = size;
  let unit = 0;
  while (value >= 1000 && unit < SIZES.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit && value < 100 ? value.toFixed(1) : Math.round(value)} ${SIZES[unit]}`;
}

/** A value as a person writes it: text as it is, everything else as JSON. */
export function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
