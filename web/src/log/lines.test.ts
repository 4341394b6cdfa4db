import { describe, expect, it } from "vitest";
import {
  append,
  emptyAt,
  firstError,
  LONGEST,
  lineAt,
  matches,
  prepend,
  shown,
  trimmed,
  type Window,
  windowOf,
} from "./lines";

const bytes = (text: string) => new TextEncoder().encode(text);
const texts = (window: Window) => shown(window).map((line) => line.text);
const LOG = "first\nünï→cödé 🌦\n\x1b[31mred\nstill red\x1b[0m\n 10%\r 50%\r100%\nlast";

describe("a window", () => {
  it("is the same however the log is cut in chunks", () => {
    const whole = windowOf(bytes(LOG), 0);
    for (let size = 1; size < 20; size += 1) {
      let window = emptyAt(0);
      const all = bytes(LOG);
      for (let at = 0; at < all.length; at += size) window = append(window, all.subarray(at, at + size));
      expect(shown(window)).toEqual(shown(whole));
      expect(window.end).toBe(all.length);
    }
  });

  it("is the same however much of it came from behind", () => {
    const all = bytes(LOG);
    const whole = shown(windowOf(all, 0));
    for (let size = 1; size < 20; size += 1) {
      let start = Math.max(0, all.length - size);
      let window = windowOf(all.subarray(start), start);
      while (start > 0) {
        const earlier = Math.max(0, start - size);
        window = prepend(window, all.subarray(earlier, start));
        start = earlier;
      }
      expect(shown(window)).toEqual(whole);
      expect(window.start).toBe(0);
    }
  });

  it("shows the last state of a progress bar, and ends of lines of other systems", () => {
    expect(texts(windowOf(bytes("a\r\n 1%\r 2%\r\n 3%\r"), 0))).toEqual(["a", " 2%", " 3%"]);
  });

  it("keeps an empty line", () => {
    expect(texts(windowOf(bytes("a\n\nb\n"), 0))).toEqual(["a", "", "b"]);
  });

  it("knows each line by its place in the log", () => {
    const window = windowOf(bytes("é\nbb\nc"), 100);
    expect(shown(window).map((line) => line.at)).toEqual([100, 103, 106]);
    expect(shown(append(window, bytes("c\nd"))).map((line) => line.at)).toEqual([100, 103, 106, 109]);
  });

  it("cuts a line that has no end between characters", () => {
    const long = "é".repeat(LONGEST);
    const window = windowOf(bytes(`${long}\nnext`), 0);
    expect(texts(window).length).toBeGreaterThan(2);
    expect(texts(window).slice(0, -1).join("")).toBe(long);
    expect(texts(window).join("")).not.toContain("�");
  });

  it("can be cut at both ends, and be grown again", () => {
    const all = bytes("one\ntwo\nthree\nfour\n");
    const whole = windowOf(all, 0);
    const late = trimmed(whole, 2, "start");
    expect(texts(late)).toEqual(["three", "four"]);
    expect(texts(prepend(late, all.subarray(0, late.start)))).toEqual(texts(whole));
    const early = trimmed(whole, 2, "end");
    expect(texts(early)).toEqual(["one", "two"]);
    expect(texts(append(early, all.subarray(early.end)))).toEqual(texts(whole));
  });

  it("ends where it is told to, though a character was replaced", () => {
    const window = append(emptyAt(0), bytes("bad \ufffd\n"), 6);
    expect(window.end).toBe(6);
  });
});

it("finds lines whatever their case and colours", () => {
  const lines = shown(windowOf(bytes("Epoch 1\nloss\n\x1b[1mEP\x1b[0mOCH 2"), 0));
  expect(matches(lines, "epoch")).toEqual([0, 2]);
  expect(matches(lines, "")).toEqual([]);
});

it("finds the line that a place in the log is in", () => {
  const lines = shown(windowOf(bytes("one\ntwo\nthree"), 0));
  expect([0, 3, 4, 9, 99].map((at) => lineAt(lines, at))).toEqual([0, 0, 1, 2, 2]);
  expect(lineAt(shown(windowOf(bytes("half\ntwo"), 100)), 50)).toBe(-1);
  expect(lineAt([], 0)).toBe(-1);
});

it("finds the first line that tells of an error", () => {
  const of = (text: string) => firstError(shown(windowOf(bytes(text), 0)));
  expect(of("ok\nTraceback (most recent call last):\nValueError: x")).toBe(1);
  expect(of("fine\nValueError: asked to fail")).toBe(1);
  expect(of("2026 ERROR it broke")).toBe(0);
  expect(of("error rate 0.1\nno errors\nmean_error: 3")).toBe(-1);
});
