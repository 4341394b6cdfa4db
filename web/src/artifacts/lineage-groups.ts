/** Artifacts of a task of which nothing came, as one card where there would be too many. Pure. */
import type { LineageArtifact } from "@/api/client";
import type { Shown } from "./lineage";

/** With more of them than these, those of each task are shown as one. */
const MANY = 12;

export const groupName = (task: string) => `of ${task}`;

/** @param all Names of the groups whose artifacts are all wanted. */
export function withGroups(
  drawn: Shown,
  isEnd: (artifact: LineageArtifact) => boolean,
  all: ReadonlySet<string>,
): Shown {
  const makers = new Map(drawn.edges.map(({ source, target }) => [target, source]));
  const sources = new Set(drawn.edges.map(({ source }) => source));
  const ends = drawn.artifacts.filter((artifact) => !sources.has(artifact.id) && isEnd(artifact));
  if (ends.length <= MANY) return drawn;
  const byTask = new Map<string, LineageArtifact[]>();
  for (const end of ends) {
    const task = makers.get(end.id);
    if (task && !all.has(groupName(task))) byTask.set(task, [...(byTask.get(task) ?? []), end]);
  }
  const groups = [...byTask].flatMap(([task, artifacts]) =>
    artifacts.length > 1 ? [{ id: groupName(task), task, artifacts }] : [],
  );
  const hidden = new Set(groups.flatMap(({ artifacts }) => artifacts.map(({ id }) => id)));
  return {
    ...drawn,
    artifacts: drawn.artifacts.filter(({ id }) => !hidden.has(id)),
    edges: [
      ...drawn.edges.filter(({ target }) => !hidden.has(target)),
      ...groups.map(({ id, task }) => ({ source: task, target: id })),
    ],
    groups: groups.map(({ id, artifacts }) => ({ id, artifacts })),
  };
}
