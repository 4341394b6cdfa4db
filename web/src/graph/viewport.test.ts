import { describe, expect, it } from "vitest";
import type { Box, Layout } from "./layout";
import { centred, fitted, isSeen } from "./viewport";

const FRAME = { width: 1000, height: 600 };
const layoutOf = (width: number, height: number, ...boxes: Box[]): Layout => ({
  ...{ width, height, paths: new Map() },
  boxes: new Map(boxes.map((box, at) => [String(at), box])),
});
const box = (x: number, y: number, width = 100, height = 50): Box => ({ x, y, width, height });

describe("all of a graph", () => {
  it("is as large as it can be, but not larger than it is", () => {
    expect(fitted(layoutOf(1920, 500), FRAME).zoom).toBeCloseTo(0.5);
    expect(fitted(layoutOf(100, 100), FRAME)).toEqual({ x: 450, y: 250, zoom: 1 });
  });

  it("is not behind the tools", () => {
    const { y } = fitted(layoutOf(960, 560, box(0, 0)), FRAME);
    expect(y).toBeGreaterThan(46);
    expect(fitted(layoutOf(960, 560, box(600, 0)), FRAME).y).toBe(20);
  });
});

describe("a node in the middle", () => {
  it("is there where the graph goes on around it", () => {
    expect(centred(box(2000, 2000), layoutOf(4000, 4000), FRAME, 1)).toEqual({ x: -1550, y: -1725, zoom: 1 });
  });

  it("is beside it rather than that the graph leaves room unused", () => {
    const layout = layoutOf(1200, 500);
    expect(centred(box(0, 0), layout, FRAME, 1)).toEqual({ x: 20, y: 50, zoom: 1 });
    expect(centred(box(1100, 0), layout, FRAME, 1).x).toBe(1000 - 1200 - 20);
  });

  it("is of a group that is too high its head", () => {
    const { y } = centred(box(0, 1000, 500, 3000), layoutOf(500, 5000), FRAME, 1);
    expect(1000 + y).toBe(40);
  });
});

it("is seen that lies in the frame", () => {
  const view = { x: 0, y: 0, zoom: 0.5 };
  expect(isSeen(box(100, 100), view, FRAME)).toBe(true);
  expect(isSeen(box(1960, 100), view, FRAME)).toBe(false);
  expect(isSeen(box(100, 1180), view, FRAME)).toBe(false);
  expect(isSeen(box(-10, 100), view, FRAME)).toBe(false);
});
