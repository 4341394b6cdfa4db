/** How a run is told from the others: a letter, a colour, and in charts a dash. */
import { PALETTE } from "@/charts/palette";
import classes from "./Compare.module.css";

const DASHES = ["solid", "dashed", "dotted"] as const;

export function letter(place: number): string {
  const first = place >= 26 ? letter(Math.floor(place / 26) - 1) : "";
  return first + String.fromCharCode(65 + (place % 26));
}

export const chartColor = (place: number) => PALETTE[place % PALETTE.length]!;
export const dash = (place: number) => DASHES[place % DASHES.length]!;

export function Mark({ place }: { place: number }) {
  return (
    <span className={classes.mark} style={{ borderColor: chartColor(place) }}>
      {letter(place)}
    </span>
  );
}
