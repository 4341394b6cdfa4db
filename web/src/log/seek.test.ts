// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from "vitest";
import { placeIn, ranges, seek } from "./seek";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("the pieces of a log", () => {
  it("go from a place to the end, and on from the beginning", () => {
    const found = ranges(10, 5, 1, 3).map(({ start, end }) => [start, end]);
    expect(found).toEqual([
      [5, 8],
      [8, 10],
      [0, 3],
      [3, 5],
    ]);
  });

  it("go back to the beginning, and on from the end", () => {
    expect(ranges(10, 5, -1, 3).map(({ start }) => start)).toEqual([3, 0, 8, 5]);
  });
});

describe("a text in a piece", () => {
  it("is found where the first or the last line with it begins, whatever its case and colours", () => {
    const piece = bytes("one\ntwo \x1b[31mO\x1b[0mne\nthree one\nfour\n");
    expect(placeIn(piece, 0, "ONE", 1)).toBe(0);
    expect(placeIn(piece, 0, "one", -1)).toBe(21);
    expect(placeIn(piece, 0, "two one", 1)).toBe(4);
    expect(placeIn(piece, 0, "five", 1)).toBeNull();
  });

  it("is found in half a line, and not over two", () => {
    expect(placeIn(bytes("lf a line\nrest\n"), 100, "line", 1)).toBe(100);
    expect(placeIn(bytes("one\ntwo\n"), 0, "onetwo", 1)).toBeNull();
  });
});

describe("a log", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("is sought through once around, and no further than to what is found", async () => {
    const log = bytes("needle\nhay\n");
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (_: string, { headers }: { headers: { Range: string } }) => {
      asked.push(headers.Range);
      const [start = 0] = headers.Range.match(/\d+/g)?.map(Number) ?? [];
      return new Response(log.slice(start), { status: 206, headers: { "log-start": String(start) } });
    });
    const { signal } = new AbortController();
    expect(await seek("/log", "needle", log.length, 7, 1, signal)).toBe(0);
    expect(asked.map((range) => range.split("-")[0])).toEqual(["bytes=7", "bytes=0"]);
    expect(await seek("/log", "thread", log.length, 7, -1, signal)).toBeNull();
    expect(await seek("/log", "hay", log.length, 7, 1, signal)).toBe(7);
    expect(asked).toHaveLength(5);
  });
});
