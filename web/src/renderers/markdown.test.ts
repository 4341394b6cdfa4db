import { expect, test } from "vitest";
import { blocks, inlines } from "./markdown";

test("what reports use is understood", () => {
  const found = blocks(
    "# Title\n\nA **bold** line\ngoes on.\n\n- one\n- `two`\n\n|a|b|\n|-|-|\n|1|2|\n\n```\ncode\n```\n---\n> quoted",
  );
  expect(found.map((block) => block.kind)).toEqual(["heading", "paragraph", "list", "table", "code", "rule", "quote"]);
  expect(found[3]).toMatchObject({
    head: [[{ text: "a" }], [{ text: "b" }]],
    rows: [[[{ text: "1" }], [{ text: "2" }]]],
  });
  expect(found[1]).toMatchObject({
    inlines: [{ text: "A " }, { kind: "strong", text: "bold" }, { text: " line goes on." }],
  });
});

test("a link that is code is text, and HTML stays what was written", () => {
  expect(inlines("[x](javascript:alert(1))").every((each) => each.kind === "text")).toBe(true);
  expect(inlines("[x](https://kubeflow.org)")).toEqual([{ kind: "link", text: "x", href: "https://kubeflow.org" }]);
  expect(blocks("<script>alert(1)</script>")).toEqual([
    { kind: "paragraph", inlines: [{ kind: "text", text: "<script>alert(1)</script>" }] },
  ]);
});

test("every text comes to an end", () => {
  for (const text of ["|", "|\n|-", "```", ">", "-", "#", "* * *x", "a\n|b|\n|-|"]) expect(blocks(text)).toBeDefined();
});
