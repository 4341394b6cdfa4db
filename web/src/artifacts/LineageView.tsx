/** Where an artifact comes from and what came of it, across runs. */
import { Anchor, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import { api, body, type Lineage } from "@/api/client";
import { Failure } from "@/parts/Failure";
import { LineageGraph } from "./LineageGraph";
import { type Part, story } from "./lineage-story";

/** Tasks each way, and artifacts and tasks in all. */
const FARTHEST = 100;
const MOST = 2000;

export function LineageView({ artifactId }: { artifactId: string }) {
  const found = useQuery({
    queryKey: ["artifact", artifactId, "lineage"],
    queryFn: ({ signal }) =>
      body(
        api.GET("/apis/barograph/v1/artifacts/{artifact_id}/lineage", {
          params: { path: { artifact_id: artifactId }, query: { depth: FARTHEST, limit: MOST } },
          signal,
        }),
      ),
  });
  if (found.error) return <Failure error={found.error} what="The lineage" retry={() => found.refetch()} />;
  if (!found.data) return <Skeleton height={300} />;
  const { origin, impact } = story(found.data);
  return (
    <Stack gap="sm">
      <div>
        <Sentence parts={origin} />
        <Sentence parts={impact} />
      </div>
      <LineageGraph key={found.data.root} found={found.data} />
      <Copies found={found.data} />
    </Stack>
  );
}

function Sentence({ parts }: { parts: Part[] }) {
  return (
    <Text>
      {parts.map((part, place) => {
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence have no other name
        if (typeof part === "string") return <Fragment key={place}>{part}</Fragment>;
        return "artifact" in part ? (
          <Anchor
            key={part.artifact}
            underline="always"
            renderRoot={(rest) => (
              <Link
                {...rest}
                to="/artifacts/$artifactId"
                params={{ artifactId: part.artifact }}
                search={{ tab: "lineage" }}
              />
            )}
          >
            {part.text}
          </Anchor>
        ) : (
          <Anchor
            key={`${part.run} ${part.task}`}
            underline="always"
            renderRoot={(rest) => (
              <Link {...rest} to="/runs/$runId" params={{ runId: part.run }} search={{ node: part.task }} />
            )}
          >
            {part.text}
          </Anchor>
        );
      })}
    </Text>
  );
}

/** The same bytes elsewhere: artifacts that other tasks made, and tasks that took this one from the cache. */
function Copies({ found }: { found: Lineage }) {
  const same = found.edges.filter(({ relation }) => relation === "SAME").map(({ target }) => target);
  const copies = found.artifacts.filter(({ id }) => same.includes(id));
  const cached = found.edges.filter(({ relation, target }) => relation === "REUSED" && target === found.root);
  if (!copies.length && !cached.length) return null;
  return (
    <Text size="sm" className="muted">
      {cached.length > 0 && `${cached.length === 1 ? "1 task" : `${cached.length} tasks`} took it from the cache. `}
      {copies.length > 0 && (
        <>
          The same bytes were made {copies.length === 1 ? "once more" : `${copies.length} times more`}:{" "}
          {copies.map((copy, place) => (
            <Fragment key={copy.id}>
              {place > 0 && ", "}
              <Anchor
                size="sm"
                underline="always"
                renderRoot={(rest) => (
                  <Link
                    {...rest}
                    to="/artifacts/$artifactId"
                    params={{ artifactId: copy.id }}
                    search={{ tab: "lineage" }}
                  />
                )}
              >
                {copy.name}
              </Anchor>
            </Fragment>
          ))}
          .
        </>
      )}
    </Text>
  );
}
