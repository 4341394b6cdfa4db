import { Anchor, Skeleton, Text } from "@mantine/core";
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
  });

const SHORT = 3;

/** What changed since the last run of the pipeline that went well; nothing where there is none. */
export function SinceLastGood({ runId, isShort = false }: { runId: string; isShort?: boolean }) {
  const { data, error, refetch } = useQuery(sinceQuery(runId));
  if (error) return isShort ? null : <Failure error={error} what="What changed" retry={() => void refetch()} />;
  if (!data) return isShort ? null : <Skeleton h={40} />;
  if (!data.base) return isShort ? null : <Text size="sm">No earlier run of this pipeline went well.</Text>;
  const said = told(data);
  return (
    <section aria-label="What changed since the last good run">
      <Text size="sm" component="div">
        <strong>Since the last good run</strong>,{" "}
        <Anchor size="sm" renderRoot={(rest) => <Link {...rest} to="/runs/$runId" params={{ runId: data.base!.id }} />}>
          {data.base.name}
        </Anchor>{" "}
        (
        <Anchor
          size="sm"
          renderRoot={(rest) => <Link {...rest} to="/compare" search={{ runs: `${data.base!.id},${runId}` }} />}
        >
          compare
        </Anchor>
        ):
      </Text>
      <ul className={classes.change}>
        {said.slice(0, isShort ? SHORT : undefined).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </section>
  );
}

function told(changes: Changes): string[] {
  return changes.sentences.length ? changes.sentences : ["Nothing that is recorded differs."];
}
