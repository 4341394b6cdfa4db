/** How a run is told from the others: a letter, a colour, and in charts a dash. */
import classes from "./Compare.module.css";

const COLORS = 10;
const DASHES = ["solid", "dashed", "dotted"] as const;
/** The same as in Compare.module.css; a chart is given one that is read in light and in dark. */
const HEX = [
  "#3b82d9",
  "#d9730d",
  "#2b9a66",
  "#c2418f",
  "#8b5cf6",
  "#0e9aa7",
  "#b08900",
  "#dc4c4c",
  "#6b8e23",
  "#8a6d5b",
];

export function letter(place: number): string {
  const first = place >= 26 ? letter(Math.floor(place / 26) - 1) : "";
  return first + String.fromCharCode(65 + (place % 26));
}

export const chartColor = (place: number) => HEX[place % COLORS]!;
export const dash = (place: number) => DASHES[Math.floor(place / 3) % DASHES.length]!;

export function Mark({ place }: { place: number }) {
  return (
    <span className={classes.mark} style={{ borderColor: chartColor(place) }}>
      {letter(place)}
    </span>
  );
}
