import { describe, expect, it } from "vitest";
import { clock, duration, relative } from "./time";

const NOW = Date.parse("2030-01-10T12:00:00Z");
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

it("a time is told by how long ago it was, or how soon it is", () => {
  expect(relative(at(-2), NOW)).toBe("just now");
  expect(relative(at(-42), NOW)).toBe("42 sec. ago");
  expect(relative(at(-3_700), NOW)).toBe("1 hr. ago");
  expect(relative(at(90), NOW)).toBe("in 1 min.");
  expect(relative(at(-86_400), NOW)).toBe("yesterday");
});

it("by the clock it is with its day where that is another one", () => {
  expect(clock(at(60), NOW)).not.toContain("Jan");
  expect(clock(at(3 * 86_400), NOW)).toContain("Jan");
});

describe("a duration", () => {
  it("is in the two largest units", () => {
    expect([0.0001, 0.0361, 5.25, 59.6, 184, 3_600, 7_500, 200_000].map(duration)).toEqual([
      ...["0 s", "0.036 s", "5.3 s", "1 min", "3 min 4 s", "1 h", "2 h 5 min", "2 d 7 h"],
    ]);
  });
});
