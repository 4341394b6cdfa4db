/** What an item leads to and nothing else takes, stacked below it in columns with a line between. Pure. */
import type { Box, Flat, Item, Link, Placed, Point } from "./flat";

/** So many stand side by side without a shelf. */
const FEW = 2;
const BETWEEN = 10;
/** Between the columns: for the line. */
const AISLE = 28;
const TRUNK = "trunk";

type Shelf = { item: Item; leaves: { id: string; link: string; box: Box }[] };

/**
 * The items with each one's leaves as one item, a shelf of so many columns; and how their places become those of all
 * items again.
 *
 * @param columns 1 or 2.
 */
export function shelved(flat: Flat, columns: 1 | 2): { flat: Flat; taken: (placed: Placed) => Placed } {
  const shelves = shelvesOf(flat, columns);
  const on = new Map<string, string>();
  for (const [id, { leaves }] of shelves) for (const leaf of leaves) on.set(leaf.id, id);
  const items: Item[] = [];
  const seen = new Set<string>();
  for (const item of flat.items) {
    const shelf = on.get(item.id);
    if (shelf === undefined) items.push(item);
    else if (!seen.has(shelf)) items.push(shelves.get(shelf)!.item);
    if (shelf !== undefined) seen.add(shelf);
  }
  const links = new Map<string, Link>();
  for (const link of flat.links) {
    const shelf = on.get(link.target);
    const id = shelf ?? link.id;
    links.set(id, shelf === undefined ? link : { ...link, id, target: shelf, enters: TRUNK });
  }
  return {
    flat: { ...flat, items, links: [...links.values()] },
    taken: (placed) => taken(placed, shelves),
  };
}

function shelvesOf({ items, links }: Flat, columns: 1 | 2): Map<string, Shelf> {
  const leaves = new Map(items.flatMap((item) => (item.isLeaf ? [[item.id, item]] : [])));
  const bySource = new Map<string, Link[]>();
  for (const link of links) {
    if (!leaves.has(link.target)) continue;
    const id = `shelf ${link.source} ${link.net}`;
    const known = bySource.get(id);
    if (known) known.push(link);
    else bySource.set(id, [link]);
  }
  const found = new Map<string, Shelf>();
  for (const [id, of] of bySource) {
    if (of.length <= FEW) continue;
    const all = of.map((link) => leaves.get(link.target)!);
    const width = Math.max(...all.map((item) => item.width));
    const height = Math.max(...all.map((item) => item.height)) + BETWEEN;
    const lines = Math.ceil(all.length / columns);
    const trunk = columns === 1 ? 0 : width + AISLE / 2;
    found.set(id, {
      item: {
        id,
        width: columns === 1 ? width + AISLE / 2 : 2 * width + AISLE,
        height: lines * height - BETWEEN,
        ports: new Map([[TRUNK, trunk]]),
      },
      leaves: all.map((item, index) => ({
        id: item.id,
        link: of[index]!.id,
        box: {
          x: columns === 1 ? AISLE / 2 : (index % columns) * (width + AISLE),
          y: Math.floor(index / columns) * height,
          width: item.width,
          height: item.height,
        },
      })),
    });
  }
  return found;
}

function taken(placed: Placed, shelves: ReadonlyMap<string, Shelf>): Placed {
  const boxes = new Map(placed.boxes);
  const ways = new Map(placed.ways);
  for (const [id, { item, leaves }] of shelves) {
    const [at, way] = [boxes.get(id)!, ways.get(id)!];
    boxes.delete(id);
    ways.delete(id);
    const trunk = at.x + item.ports!.get(TRUNK)!;
    for (const { id: leaf, link, box } of leaves) {
      const own = { ...box, x: at.x + box.x, y: at.y + box.y };
      const y = own.y + own.height / 2;
      const end: Point = { x: own.x < trunk ? own.x + own.width : own.x, y };
      boxes.set(leaf, own);
      ways.set(link, [...way, { x: trunk, y }, end]);
    }
  }
  return { ...placed, boxes, ways };
}
