/** What the parts of a bar mean; only those that this run has. */
import { Group } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import type { Timeline } from "@/api/client";
import classes from "./Timeline.module.css";

export function Legend({ timeline }: { timeline: Timeline }) {
  const { rows } = timeline;
  const has = {
    environment: rows.some((row) => row.prepared_at),
    failed: rows.some((row) => row.tries.length > 1),
    group: rows.some((row) => row.kind !== "RUNTIME" && row.kind !== "IMPORTER"),
    cached: rows.some((row) => row.state === "CACHED"),
  };
  return (
    <Group gap="0.25rem 1rem">
      <Key kind="waiting" words="waiting for a free place" />
      {has.environment && <Key kind="environment" words="its environment is made" />}
      <Key kind="running" words="running" />
      {has.failed && <Key kind="failed" words="an attempt that failed" />}
      {has.group && <Key kind="running" group words="a group" />}
      {has.cached && (
        <span className={classes.key}>
          <IconBolt size={14} color="var(--cached)" aria-hidden />
          from the cache
        </span>
      )}
      <Key kind="running" critical words="on the critical path" />
    </Group>
  );
}

function Key({ kind, group, critical, words }: { kind: string; group?: boolean; critical?: boolean; words: string }) {
  return (
    <span className={classes.key}>
      <span className={classes.swatch}>
        <span className={classes.bar} data-kind={kind} data-group={group} data-critical={critical} />
      </span>
      {words}
    </span>
  );
}
