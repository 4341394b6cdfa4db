import { Anchor, Skeleton, Text } from "@mantine/core";
import { IconTrendingDown } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, body, type SinceLastGood as Changes } from "@/api/client";
import { Failure } from "@/parts/Failure";
import classes from "./Run.module.css";

const sinceQuery = (runId: string) =>
  queryOptions({
    queryKey: ["run", runId, "since-last-good"],
    queryFn: ({ signal }) =>
      body(
        api.GET("/apis/barograph/v1/runs/{run_id}/since-last-good", { params: { path: { run_id: runId } }, signal }),
      ),
    staleTime: 60_000, // what came before a run hardly changes
  });

const SHORT = 3;

/** What changed since the last run of the pipeline that went well; nothing where there is none. */
export function SinceLastGood({ runId, isShort = false }: { runId: string; isShort?: boolean }) {
  const { data, error, refetch } = useQuery(sinceQuery(runId));
  if (error) return isShort ? null : <Failure error={error} what="What changed" retry={() => void refetch()} />;
  if (!data) return isShort ? null : <Skeleton h={40} />;
  const { base } = data;
  if (!base) return isShort ? null : <Text size="sm">No earlier run of this pipeline went well.</Text>;
  return (
    <section aria-label="What changed since the last good run">
      <Text size="sm" component="div">
        {data.regression && <Worse name={data.regression.key} />}
        <strong>Since the last good run</strong>,{" "}
        <Anchor
          size="sm"
          underline="always"
          renderRoot={(rest) => <Link {...rest} to="/runs/$runId" params={{ runId: base.id }} />}
        >
          {base.name}
        </Anchor>{" "}
        (
        <Anchor
          size="sm"
          underline="always"
          renderRoot={(rest) => <Link {...rest} to="/compare" search={{ runs: `${base.id},${runId}` }} />}
        >
          compare
        </Anchor>
        ):
      </Text>
      <ul className={classes.change}>
        {told(data)
          .slice(0, isShort ? SHORT : undefined)
          .map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
      </ul>
    </section>
  );
}

/** The same of a run that succeeded, only where the metric that tells most became worse. */
export function IfWorse({ runId }: { runId: string }) {
  const { data } = useQuery(sinceQuery(runId));
  if (!data?.regression) return null;
  return (
    <div className={`card ${classes.worse}`}>
      <SinceLastGood runId={runId} isShort />
    </div>
  );
}

function Worse({ name }: { name: string }) {
  return (
    <span style={{ color: "var(--warn)" }}>
      <IconTrendingDown size={16} aria-hidden style={{ verticalAlign: "-3px" }} /> <strong>
        {name} is worse.
      </strong>{" "}
    </span>
  );
}

function told(changes: Changes): string[] {
  return changes.sentences.length ? changes.sentences : ["Nothing that is recorded differs."];
}
