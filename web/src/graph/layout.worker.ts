/** Lays graphs out beside the page's own thread. */
import { type Layout, layout, type Sketch } from "./layout";

export type Order = { number: number; sketch: Sketch };
export type Delivery = { number: number; layout?: Layout; error?: string };

self.onmessage = ({ data: { number, sketch } }: MessageEvent<Order>) => {
  self.postMessage(answer(number, sketch));
};

function answer(number: number, sketch: Sketch): Delivery {
  try {
    return { number, layout: layout(sketch) };
  } catch (error) {
    return { number, error: String(error) };
  }
}
