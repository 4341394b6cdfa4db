/** Markdown, as elements: no HTML of a report's gets into the page. */
import { Anchor } from "@mantine/core";
import { createElement } from "react";
import { Verbatim } from "@/parts/Verbatim";
import { type Block, blocks, type Inline } from "./markdown";
import classes from "./Views.module.css";

export function Markdown({ text }: { text: string }) {
  return <div className={classes.markdown}>{blocks(text).map((block, place) => drawn(block, place))}</div>;
}

// The blocks of a text that never changes have no other name than their place.
function drawn(block: Block, key: number) {
  switch (block.kind) {
    case "heading":
      // Below the headings of the page that it is shown in.
      return createElement(
        `h${Math.min(6, block.level + 3)}`,
        { key, style: { fontSize: `${1.6 - block.level * 0.15}em` } },
        line(block.inlines),
      );
    case "paragraph":
      return <p key={key}>{line(block.inlines)}</p>;
    case "quote":
      return <blockquote key={key}>{line(block.inlines)}</blockquote>;
    case "code":
      return (
        <Verbatim key={key} label="Code" wrapped>
          {block.text}
        </Verbatim>
      );
    case "rule":
      return <hr key={key} />;
    case "list":
      return createElement(
        block.ordered ? "ol" : "ul",
        { key },
        block.items.map((item, place) => createElement("li", { key: place }, line(item))),
      );
    case "table":
      return (
        <table key={key}>
          <thead>
            <tr>{block.head.map((cell, place) => createElement("th", { key: place, scope: "col" }, line(cell)))}</tr>
          </thead>
          <tbody>
            {block.rows.map((row, place) =>
              createElement(
                "tr",
                { key: place },
                row.map((cell, column) => createElement("td", { key: column }, line(cell))),
              ),
            )}
          </tbody>
        </table>
      );
  }
}

const TAGS = { code: "code", strong: "strong", emphasis: "em", text: "span" } as const;

function line(inlines: Inline[]) {
  return inlines.map((each, place) => {
    const key = `${place}`;
    if (each.kind !== "link") return createElement(TAGS[each.kind], { key }, each.text);
    return (
      <Anchor key={key} href={each.href} target="_blank" rel="noopener noreferrer">
        {each.text}
      </Anchor>
    );
  });
}
