/** Nodes as plain boxes: what is drawn from afar and in the small map, one path for all of a colour. Pure. */
import type { CardNode } from "./cards";
import type { Box } from "./layered/flat";

/** `color` is in CSS's words; `path` in SVG's. */
export type Patch = { color: string; path: string };

/** The boxes of nodes that no others are in, by their colours, and the frames of open groups. */
export function patches(nodes: readonly CardNode[]): { frames: string; fills: Patch[] } {
  const byColor = new Map<string, string[]>();
  const frames: string[] = [];
  for (const node of nodes) {
    if (node.type === "frame") frames.push(rectangle(boxOf(node)));
    // An open group's head has its colour, so that one sees how it is even from afar.
    const box = node.type === "frame" ? { ...boxOf(node), ...node.data.head } : boxOf(node);
    const paths = byColor.get(node.data.color);
    if (paths) paths.push(rectangle(box));
    else byColor.set(node.data.color, [rectangle(box)]);
  }
  return { frames: frames.join(""), fills: [...byColor].map(([color, paths]) => ({ color, path: paths.join("") })) };
}

/** The node at a point: of those that are in each other, the innermost. */
export function nodeAt(nodes: readonly CardNode[], x: number, y: number): CardNode | undefined {
  return nodes.findLast((node) => {
    const box = boxOf(node);
    return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
  });
}

function boxOf({ position, width = 0, height = 0 }: CardNode): Box {
  return { ...position, width, height };
}

function rectangle({ x, y, width, height }: Box): string {
  return `M${x} ${y}h${width}v${height}h${-width}z`;
}
