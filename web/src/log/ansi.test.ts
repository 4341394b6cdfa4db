import { describe, expect, it } from "vitest";
import { alike, closing, css, PLAIN, plain, spans } from "./ansi";

describe("spans", () => {
  it("makes one piece of a line without colours", () => {
    expect(spans("hello")).toMatchObject([{ text: "hello", style: {} }]);
  });

  it("colours what stands between two sequences", () => {
    expect(spans("a \x1b[31;1mred\x1b[0m b")).toMatchObject([
      { text: "a ", style: {} },
      { text: "red", style: { color: 1, bold: true } },
      { text: " b", style: {} },
    ]);
  });

  it("knows bright colours, the larger palette and true colours", () => {
    expect(spans("\x1b[92mx")[0]?.style.color).toBe(10);
    expect(spans("\x1b[38;5;208mx")[0]?.style.color).toBe(208);
    expect(spans("\x1b[48;2;1;2;255mx")[0]?.style.background).toBe("#0102ff");
    expect(spans("\x1b[38;5;208;1mx")[0]?.style.bold).toBe(true);
  });

  it("goes on as the line before left off, and says how it leaves off", () => {
    const open = closing("\x1b[33mwarning:", PLAIN);
    expect(spans("more", open)).toMatchObject([{ text: "more", style: { color: 3 } }]);
    expect(alike(closing("end\x1b[39m", open), PLAIN)).toBe(true);
  });

  it("leaves out what moves the cursor, titles, links and an unfinished sequence", () => {
    expect(plain("\x1b[2K\x1b[1Aone\x1b]0;title\x07 two\x1b]8;;http://x\x1b\\ three\x1b[0K\x00")).toBe("one two three");
    expect(plain("a\x1b")).toBe("a");
  });
});

describe("css", () => {
  it("takes the 16 colours from the theme and computes the others", () => {
    expect(css(1)).toBe("var(--ansi-1)");
    expect(css(16)).toBe("rgb(0 0 0)");
    expect(css(196)).toBe("rgb(255 0 0)");
    expect(css(255)).toBe("rgb(238 238 238)");
    expect(css("#0102ff")).toBe("#0102ff");
  });
});
