/**
 * What is laid out in layers, from above to below: items without others in them, and the links between them.
 *
 * Links of one net are drawn as one line that forks, or that several join: either all begin in the same item, or all
 * end in the same one.
 */

/** Where the items with a place of their own are: the head at the upper left, what comes in above, what goes out below. */
export type Place = "head" | "in" | "out";

export type Item = {
  id: string;
  width: number;
  height: number;
  place?: Place;
  /** Where links meet it, from its left, by their port; all others are spread around its middle. */
  ports?: ReadonlyMap<string, number>;
  /** Whether it may be stacked with others of its kind below what leads to it. */
  isLeaf?: boolean;
  /** Whether it stands behind those of its kind that come before it: to their right, or below them. */
  isInOrder?: boolean;
};

export type Link = {
  id: string;
  net: string;
  source: string;
  target: string;
  /** The port that it leaves its source by, and that by which it enters its target. */
  leaves?: string;
  enters?: string;
};

export type Flat = { items: readonly Item[]; links: readonly Link[] };

export type Point = { x: number; y: number };
export type Box = Point & { width: number; height: number };

/** Where items are, and the corners of the ways of links, in a rectangle that begins at 0, 0. */
export type Placed = { boxes: Map<string, Box>; ways: Map<string, Point[]>; width: number; height: number };

/** Between the items of a layer, and between those and the lines that pass them. */
export const GAP = 18;
export const LINE_GAP = 14;
/** Between lines. */
export const LINES_GAP = 10;
/** Between a group's frame and what is in it. */
export const INSET = 14;
