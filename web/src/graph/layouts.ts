/** Layouts of graphs: each made once, by a worker, and kept by what it depends on; those of large graphs over reloads. */
import { read, write } from "./kept";
import type { Layout, Sketch } from "./layout";
import type { Delivery, Order } from "./layout.worker";
import program from "./layout.worker?worker&url";

const IN_MEMORY = 20;
/** Smaller graphs are laid out sooner than what was kept is read. */
const WORTH_KEEPING = 150;
/** By the program's name, which has its content's digest: another one may lay the same graph out in another way. */
const keptAs = (key: string) => `${program} ${key}`;
const known = new Map<string, Layout>();
const waiting = new Map<number, { done: (layout: Layout) => void; failed: (error: Error) => void }>();
let worker: Worker | undefined;
let ordered = 0;

/** The layout for that key, if it is at hand. */
export function layoutAtHand(key: string): Layout | undefined {
  return known.get(key);
}

export async function layOut(sketch: Sketch, key: string): Promise<Layout> {
  const isLarge = import.meta.env.PROD && sketch.nodes.length >= WORTH_KEEPING;
  const kept = isLarge ? await read<Layout>(keptAs(key)) : undefined;
  const layout = kept ?? (await make(sketch));
  known.set(key, layout);
  for (const old of known.keys()) if (known.size > IN_MEMORY) known.delete(old);
  if (isLarge && !kept) void write(keptAs(key), layout);
  return layout;
}

/** Start the worker, so that it is there when it is needed. */
export function prepare(): Worker {
  if (worker) return worker;
  worker = new Worker(program, { type: "module" });
  worker.onmessage = ({ data: { number, layout, error } }: MessageEvent<Delivery>) => {
    const order = waiting.get(number);
    waiting.delete(number);
    if (layout) order?.done(layout);
    else order?.failed(new Error(error));
  };
  worker.onerror = () => {
    for (const { failed } of waiting.values())
      failed(new Error("The program that lays graphs out could not be loaded."));
    waiting.clear();
    worker = undefined;
  };
  return worker;
}

function make(sketch: Sketch): Promise<Layout> {
  return new Promise((done, failed) => {
    const order: Order = { number: ordered++, sketch };
    waiting.set(order.number, { done, failed });
    prepare().postMessage(order);
  });
}
