import { Anchor, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { FullRun, Graph } from "@/api/client";
import { failuresQuery } from "@/api/queries";
import { culprits } from "./culprits";
import classes from "./Run.module.css";

const SHOWN = 3;

type Props = { run: FullRun; graph: Graph | undefined; onSelect: (node: string) => void };

/** Why a run failed: the tasks that did, each with the way to it. */
export function RunFailure({ run, graph, onSelect }: Props) {
  const failed = culprits(graph);
  const { data } = useQuery(failuresQuery(run.id, run.finished_at ?? ""));
  const said = new Map(data?.tasks.map((task) => [task.path, task.said]));
  return (
    <div role="alert" className={`card ${classes.failure}`}>
      <IconAlertTriangle size={20} color="var(--bad)" aria-hidden />
      <div className={classes.why}>
        {failed.slice(0, SHOWN).map((task) => (
          <Group key={task.path} gap="0 0.5rem" align="baseline">
            <Anchor component="button" type="button" size="sm" fw={600} onClick={() => onSelect(task.path)}>
              {task.path}
            </Anchor>
            <Text size="sm" truncate maw="100%" title={[task.error, said.get(task.path)].filter(Boolean).join("\n")}>
              {said.get(task.path) || task.error || "failed"}
            </Text>
          </Group>
        ))}
        {failed.length > SHOWN && (
          <Text size="sm">and {failed.length - SHOWN} more: press e in the graph to go from one to the next</Text>
        )}
        {!failed.length && <Text size="sm">{run.error || "The run failed."}</Text>}
      </div>
    </div>
  );
}
