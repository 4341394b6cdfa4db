import { expect, it } from "vitest";
import { deed, type Pressed } from "./keys";

const pressed = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false, typing: false, at: 0 },
  ...more,
});

it("g and a letter go to a screen, soon after one another", () => {
  const { waiting } = deed(pressed("g", { at: 100 }), null, true);
  expect(deed(pressed("r", { at: 200 }), waiting, true).deed).toEqual({ kind: "go", to: "/runs" });
  expect(deed(pressed("r", { at: 9999 }), waiting, true).deed).toBeNull();
  expect(deed(pressed("x", { at: 200 }), waiting, true)).toEqual({ deed: null, waiting: null });
  expect(deed(pressed("r"), null, true).deed).toBeNull();
});

it("Ctrl or Cmd and K open the palette, in fields too", () => {
  for (const more of [{ ctrlKey: true }, { metaKey: true, typing: true }])
    expect(deed(pressed("K", more), null, false).deed).toEqual({ kind: "palette" });
});

it("single keys do nothing in fields, with a modifier, and where they are switched off", () => {
  for (const key of ["?", "/", "g"]) {
    expect(deed(pressed(key, { typing: true }), null, true)).toEqual({ deed: null, waiting: null });
    expect(deed(pressed(key, { ctrlKey: true }), null, true)).toEqual({ deed: null, waiting: null });
    expect(deed(pressed(key), null, false)).toEqual({ deed: null, waiting: null });
  }
  expect(deed(pressed("?"), null, true).deed).toEqual({ kind: "help" });
  expect(deed(pressed("/"), null, true).deed).toEqual({ kind: "search" });
});
