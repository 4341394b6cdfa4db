/** What an artifact comes from and what came of it: which part of that is shown. Pure. */
import type { Lineage, LineageArtifact, LineageTask } from "@/api/client";
import { withGroups } from "./lineage-groups";

export type Way = "up" | "down";
/** What somebody has opened or closed, by `up ARTIFACT` or `down ARTIFACT`. */
export type Folds = Readonly<Record<string, boolean>>;

/** How many tasks away from the artifact is shown at first, each way. */
const HOPS = 2;
/** Of so many tasks that took an artifact, the newest are shown. */
const FEW = 5;
export type Shown = {
  artifacts: LineageArtifact[];
  tasks: LineageTask[];
  edges: { source: string; target: string }[];
  /** How many tasks are behind an artifact, and whether they are shown. */
  behind: Map<string, { count: number; open: boolean }>;
  /** How many tasks that took an artifact are left out, as they are so many. */
  left: Map<string, number>;
  /** Artifacts of a task of which nothing came, as one. */
  groups: { id: string; artifacts: LineageArtifact[] }[];
};

export const foldName = (way: Way, artifact: string) => `${way} ${artifact}`;

/** An index of a lineage, without the tasks that only took its artifact from the cache, and without its copies. */
function indexed(found: Lineage) {
  const artifacts = new Map(found.artifacts.map((each) => [each.id, each]));
  const tasks = new Map(found.tasks.map((each) => [each.id, each]));
  const of = (relations: string[], from: "source" | "target", to: "source" | "target") => {
    const index = new Map<string, string[]>();
    for (const edge of found.edges)
      if (relations.includes(edge.relation)) index.set(edge[from], [...(index.get(edge[from]) ?? []), edge[to]]);
    return (id: string) => index.get(id) ?? [];
  };
  const made = of(["MADE"], "target", "source");
  const reused = of(["REUSED"], "target", "source");
  const took = of(["TOOK"], "source", "target");
  const outputs = of(["MADE", "REUSED"], "source", "target");
  const at = (task: string) => Date.parse(tasks.get(task)?.finished_at ?? "") || Number.POSITIVE_INFINITY;
  const adds = (task: string) =>
    tasks.get(task)?.state !== "CACHED" || outputs(task).some((each) => !made(each).length);
  return {
    artifacts,
    tasks,
    /** What made it; where that is gone, a task that took it from the cache. */
    makers: (artifact: string) => (made(artifact).length ? made(artifact) : reused(artifact).slice(0, 1)),
    inputs: of(["TOOK"], "target", "source"),
    /** What took it. */
    takers: took,
    /** The same without what only took its outputs from the cache, which others made; the newest first. */
    users: (artifact: string) =>
      took(artifact)
        .filter(adds)
        .sort((a, b) => at(b) - at(a)),
    outputs,
  };
}

export function shown(found: Lineage, folds: Folds, all: ReadonlySet<string> = new Set()): Shown {
  const index = indexed(found);
  const artifacts = new Set([found.root]);
  const tasks = new Set<string>();
  const edges = new Map<string, { source: string; target: string }>();
  const behind: Shown["behind"] = new Map();
  const left: Shown["left"] = new Map();
  const join = (source: string, target: string) => edges.set(`${source} ${target}`, { source, target });
  const walk = (way: Way) => {
    const queue: [string, number][] = [[found.root, 0]];
    const seen = new Set([found.root]);
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [artifact, hops] = next;
      const near = way === "up" ? index.makers(artifact) : index.users(artifact);
      if (!near.length) continue;
      const name = foldName(way, artifact);
      const open = folds[name] ?? hops < HOPS;
      behind.set(name, { count: near.length, open });
      if (!open) continue;
      const some = all.has(name) ? near : near.slice(0, FEW);
      if (near.length > some.length) left.set(name, near.length - some.length);
      for (const task of some) {
        tasks.add(task);
        if (way === "up") join(task, artifact);
        else join(artifact, task);
        for (const far of way === "up" ? index.inputs(task) : index.outputs(task)) {
          artifacts.add(far);
          if (way === "up") join(far, task);
          else join(task, far);
          if (!seen.has(far)) queue.push([far, hops + 1]);
          seen.add(far);
        }
      }
    }
  };
  walk("up");
  walk("down");
  const drawn: Shown = {
    artifacts: [...artifacts].flatMap((id) => index.artifacts.get(id) ?? []),
    tasks: [...tasks].flatMap((id) => index.tasks.get(id) ?? []),
    edges: [...edges.values()],
    behind,
    left,
    groups: [],
  };
  const isEnd = ({ id }: LineageArtifact) => id !== found.root && !index.users(id).length;
  return withGroups(drawn, isEnd, all);
}

/** Everything that is to be found from an artifact on, one way: artifacts without itself, tasks, and their runs. */
export function reached(
  found: Lineage,
  way: Way,
): { artifacts: LineageArtifact[]; tasks: LineageTask[]; runs: number } {
  const index = indexed(found);
  const artifacts = new Set<string>();
  const tasks = new Set<string>();
  const queue = [found.root];
  for (let next = queue.shift(); next !== undefined; next = queue.shift())
    for (const task of way === "up" ? index.makers(next) : index.takers(next)) {
      tasks.add(task);
      for (const far of way === "up" ? index.inputs(task) : index.outputs(task))
        if (!artifacts.has(far) && far !== found.root) {
          artifacts.add(far);
          queue.push(far);
        }
    }
  const known = [...tasks].flatMap((id) => index.tasks.get(id) ?? []);
  return {
    artifacts: [...artifacts].flatMap((id) => index.artifacts.get(id) ?? []),
    tasks: known,
    runs: new Set(known.map(({ run_id }) => run_id)).size,
  };
}
