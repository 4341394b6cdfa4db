/** From how far a graph is looked at, and what is then left of it. Pure. */

/** Cards; cards with larger text; cards with large names alone; boxes in the colour of the state. */
export type Farness = "near" | "middle" | "names" | "boxes";

/** The zoom below which each of them begins. */
const MIDDLE = 0.8;
const NAMES = 0.55;
const BOXES = 0.18;
/** Of many nodes, names that can hardly be read are worth less than quickness. */
const BOXES_OF_MANY = 0.3;

export function farness(zoom: number, isLarge: boolean): Farness {
  if (zoom < (isLarge ? BOXES_OF_MANY : BOXES)) return "boxes";
  return zoom < NAMES ? "names" : zoom < MIDDLE ? "middle" : "near";
}

/** Whether edges are drawn one by one, with their arrows: else all of them as one path. */
export function hasEdges(far: Farness): boolean {
  return far === "near" || far === "middle";
}
