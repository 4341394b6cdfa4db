/** Why a task was or was not taken from the cache, and how it differs from the execution that comes nearest. */
import { Anchor, Skeleton, Stack, Text } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { FullTask, TaskRef } from "@/api/client";
import { api, body } from "@/api/client";
import { taskQuery } from "@/api/queries";
import { duration } from "@/format/time";
import { Digest } from "@/parts/Copy";
import { Failure } from "@/parts/Failure";
import { State } from "@/parts/State";
import { Time } from "@/parts/Time";
import { Verbatim } from "@/parts/Verbatim";
import { differenceOf } from "./differences";
import { Section } from "./Section";
import classes from "./Task.module.css";

export function CacheTab({ task }: { task: FullTask }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["run", task.run_id, "task", task.id, "cache", task.state],
    queryFn: ({ signal }) =>
      body(
        api.GET("/apis/barograph/v1/runs/{run_id}/tasks/{task_id}/cache", {
          params: { path: { run_id: task.run_id, task_id: task.id } },
          signal,
        }),
      ),
  });
  if (error) return <Failure error={error} what="The cache" retry={refetch} />;
  if (!data) return <Skeleton height={180} aria-label="Loading why" />;
  return (
    <Stack gap="lg" pb="md">
      <Stack gap={4}>
        <Text component="div" size="sm">
          <State state={data.state} />
        </Text>
        <Text size="sm" className={classes.value}>
          {sentence(data.reason)}
        </Text>
      </Stack>
      {task.cached_from && <Origin origin={task.cached_from} />}
      {!task.cached_from && data.nearest && (
        <Section title="The execution that comes nearest">
          <Reference to={data.nearest} />
        </Section>
      )}
      {data.differences.length > 0 && (
        <Section title="How it differs from that">
          <Differences sentences={data.differences} />
        </Section>
      )}
      {task.fingerprint && (
        <Section title="Fingerprint">
          <Text size="sm" component="div">
            <Digest digest={task.fingerprint} />
          </Text>
          <Text size="xs" className="muted">
            Of its command, environment, parameters and input artifacts. A task with the same fingerprint is taken from
            the cache.
          </Text>
        </Section>
      )}
    </Stack>
  );
}

function Origin({ origin }: { origin: TaskRef }) {
  const { data } = useQuery(taskQuery(origin.run_id, origin.task_id));
  return (
    <Section title="Where it ran">
      <Reference to={origin} />
      {data?.seconds != null && (
        <Text size="sm" style={{ color: "var(--cached)" }}>
          <IconBolt size={15} aria-hidden style={{ verticalAlign: "-2px" }} /> The cache saved {duration(data.seconds)}
        </Text>
      )}
    </Section>
  );
}

function Reference({ to }: { to: TaskRef }) {
  return (
    <Text size="sm" component="div">
      <Anchor
        fz="sm"
        renderRoot={(rest) => (
          <Link {...rest} to="/runs/$runId" params={{ runId: to.run_id }} search={{ node: to.path }} />
        )}
      >
        {to.path} in {to.run_name}
      </Anchor>
      <span className="muted">
        , <Time at={to.finished_at} />
      </span>
    </Text>
  );
}

export function Differences({ sentences }: { sentences: string[] }) {
  return (
    <table className={classes.table} aria-label="Differences">
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">There</th>
          <th scope="col">Here</th>
        </tr>
      </thead>
      <tbody>
        {sentences.map((each) => {
          const found = differenceOf(each);
          return (
            <tr key={each}>
              <th scope="row" colSpan={found.new === undefined ? 3 : 1}>
                {sentence(found.what, "")}
                {found.diff.length > 0 && (
                  <Verbatim label="Changed lines">
                    {found.diff.map((line) => (
                      <span key={line.at} data-line data-kind={line.kind}>
                        {line.text}
                      </span>
                    ))}
                  </Verbatim>
                )}
              </th>
              {found.new !== undefined && (
                <>
                  <td>
                    <del className={`mono ${classes.removed}`}>{found.old}</del>
                  </td>
                  <td>
                    <ins className={`mono ${classes.added}`}>{found.new}</ins>
                  </td>
                </>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function sentence(text: string, end = "."): string {
  return text ? text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?:]$/.test(text) ? "" : end) : "";
}
