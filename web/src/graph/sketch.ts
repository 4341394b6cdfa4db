/** What of a graph its layout depends on: which nodes there are, how large they are, and what leads where. Pure. */
import { called } from "./facts";
import type { Folded, Shown } from "./folding";
import { HEAD, type Sketch } from "./layout";

type Size = { width: number; height: number };

const TASK: Size = { width: 236, height: 54 };
const ARTIFACT: Size = { width: 204, height: 42 };
/** Of an open group's head, which has two buttons and a state beside its name. */
const HEADS = { narrow: 250, wide: 300, widest: 360 };
const BESIDE = 150;
const CHARACTER = 7.5;

export function sketch({ nodes, edges }: Folded): Sketch {
  return {
    nodes: nodes.map((node) => ({
      id: node.id,
      parent: node.parent,
      ...sizeOf(node),
      isOpen: node.fold === "open",
      isArtifact: node.artifact !== undefined,
      isTurn: node.task?.kind === "ITERATION",
    })),
    edges: edges.map(({ id, source, target, kind }) => ({ id, source, target, kind })),
  };
}

/** The size of a node's card; of an open group's, that of its head. */
export function sizeOf({ artifact, task, fold }: Shown): Size {
  if (artifact) return ARTIFACT;
  if (fold !== "open") return TASK;
  const least = task.kind === "ITERATION" ? HEADS.narrow : HEADS.wide;
  const width = Math.round(BESIDE + called(task).length * CHARACTER);
  return { width: Math.min(HEADS.widest, Math.max(least, width)), height: HEAD };
}
