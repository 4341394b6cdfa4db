/** What a task took and made; what went wrong before all else. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { FullTask, TaskRetry } from "@/api/client";
import { duration } from "@/format/time";
import { plain } from "@/log/ansi";
import { shown, windowOf } from "@/log/lines";
import { logTail } from "@/log/windows";
import { Copy } from "@/parts/Copy";
import { Time } from "@/parts/Time";
import { Section } from "./Section";
import classes from "./Task.module.css";
import { Artifacts, Values } from "./Values";

const LAST_LINES = 12;

export function Overview({ task, onLog }: { task: FullTask; onLog: () => void }) {
  const took = Object.keys(task.parameters).length > 0;
  const made = Object.keys(task.outputs).length > 0;
  return (
    <Stack gap="lg" pb="md">
      {task.state === "FAILED" && <Wrong task={task} onLog={onLog} />}
      {task.state !== "FAILED" && task.error && (
        <Text size="sm">
          <span className="muted">Why: </span>
          {task.error}
        </Text>
      )}
      {(took || task.inputs.length > 0) && (
        <Section
          title="Inputs"
          aside={took && <Copy value={JSON.stringify(task.parameters, null, 2)} label="Copy all parameters as JSON" />}
        >
          {took && <Values values={task.parameters} what="Input parameters" />}
          {task.inputs.length > 0 && <Artifacts artifacts={task.inputs} what="Input artifacts" />}
        </Section>
      )}
      {(made || task.artifacts.length > 0) && (
        <Section title="Outputs">
          {made && <Values values={task.outputs} what="Output parameters" />}
          {task.artifacts.length > 0 && <Artifacts artifacts={task.artifacts} what="Output artifacts" />}
        </Section>
      )}
      {!took && !made && !task.inputs.length && !task.artifacts.length && (
        <Text size="sm" className="muted">
          It took nothing and made nothing{task.finished_at ? "" : " so far"}.
        </Text>
      )}
      {task.retry && (
        <Section title="Retry policy">
          <Text size="sm">{policy(task.retry)}</Text>
        </Section>
      )}
      {task.attempts.length > 0 && <Attempts task={task} />}
    </Stack>
  );
}

function Wrong({ task, onLog }: { task: FullTask; onLog: () => void }) {
  const logged = task.attempts.some((attempt) => attempt.log);
  const { data } = useQuery({
    queryKey: ["run", task.run_id, "task", task.id, "tail"],
    queryFn: ({ signal }) => logTail(task.run_id, task.id, LAST_LINES, signal),
    enabled: logged,
  });
  const last = data ? shown(windowOf(data, 0)).map((line) => plain(line.text)) : [];
  return (
    <div className={classes.error} role="alert">
      <Group gap="xs" wrap="nowrap" align="start">
        <IconAlertTriangle size={18} color="var(--bad)" aria-hidden style={{ flex: "none", marginTop: 2 }} />
        <Text size="sm" fw={600} className={classes.value}>
          {task.error || "It failed"}
        </Text>
      </Group>
      {last.length > 0 && <pre className={classes.last}>{last.join("\n")}</pre>}
      {logged && (
        <Button size="compact-xs" variant="default" mt="xs" onClick={onLog}>
          The whole log
        </Button>
      )}
    </div>
  );
}

function Attempts({ task }: { task: FullTask }) {
  return (
    <Section title="Attempts">
      <table className={classes.table} aria-label="Attempts">
        <thead>
          <tr>
            <th scope="col">No.</th>
            <th scope="col">Began</th>
            <th scope="col" className={classes.right}>
              Duration
            </th>
            <th scope="col" className={classes.right}>
              Exit code
            </th>
            <th scope="col">Error</th>
          </tr>
        </thead>
        <tbody>
          {task.attempts.map((attempt) => (
            <tr key={attempt.number}>
              <th scope="row" className="number">
                {attempt.number}
              </th>
              <td>
                <Time at={attempt.started_at} />
              </td>
              <td className={`${classes.right} number`}>
                {attempt.seconds === null ? "–" : duration(attempt.seconds)}
              </td>
              <td className={`${classes.right} number`}>{attempt.exit_code ?? "–"}</td>
              <td>{attempt.error || <span className="muted">–</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function policy(retry: TaskRetry): string {
  const times = retry.most === 1 ? "once" : `up to ${retry.most} times`;
  if (!retry.backoff) return `Tried again ${times}, at once.`;
  const growing = retry.factor > 1 ? `, each time ${retry.factor} times as long` : "";
  const longest = retry.longest && retry.factor > 1 ? `, at most ${duration(retry.longest)}` : "";
  return `Tried again ${times}, after ${duration(retry.backoff)}${growing}${longest}.`;
}
