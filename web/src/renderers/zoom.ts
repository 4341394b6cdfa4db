/** How large an image is shown. Pure. */

export type Size = { width: number; height: number };
/** `fit` shows all of it, and no larger than it is; a number is so many times its own size. */
export type Zoom = "fit" | number;

const STEPS = [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16];
/** Where pixels are so large that they are to be seen as such. */
export const PIXELS = 3;

/** So many times its own size is an image shown. */
export function scaleOf(zoom: Zoom, image: Size, place: Size): number {
  if (zoom !== "fit") return zoom;
  if (!image.width || !image.height || !place.width || !place.height) return 1;
  return Math.min(1, place.width / image.width, place.height / image.height);
}

/** The next step in (1) or out (-1) from a scale. */
export function stepped(scale: number, way: 1 | -1): number {
  if (way > 0) return STEPS.find((step) => step > scale * 1.001) ?? STEPS.at(-1)!;
  return STEPS.findLast((step) => step < scale * 0.999) ?? STEPS[0]!;
}

/** The zoom that a key asks for; undefined for a key that asks for none. */
export function zoomOfKey(key: string, scale: number): Zoom | undefined {
  if (key === "+" || key === "=") return stepped(scale, 1);
  if (key === "-" || key === "_") return stepped(scale, -1);
  return key === "0" ? "fit" : key === "1" ? 1 : undefined;
}

/** Where to scroll to so that the point of the image that is `at` in the place stays there. */
export function scrolled(scroll: number, at: number, before: number, after: number): number {
  return (scroll + at) * (after / before) - at;
}
