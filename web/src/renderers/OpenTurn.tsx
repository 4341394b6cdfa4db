/** What one turn of a loop made to be looked at. */
import { Anchor, CloseButton, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { Loop, LoopTurn, TurnArtifact } from "@/api/client";
import { artifactQuery } from "@/api/queries";
import { Failure } from "@/parts/Failure";
import { ArtifactView } from "./ArtifactView";
import { itemsOf, numberOf, purpose } from "./turns";

type Props = { loop: Loop; turn: LoopTurn; runId: string; close: () => void };

export function OpenTurn({ loop, turn, runId, close }: Props) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <Stack ref={place} gap="md" className="card" p="md" maw="62rem">
      <Group justify="space-between" wrap="nowrap" align="start">
        <div>
          <Title order={3} size="h5">
            Turn {numberOf(turn.path)}: {purpose(turn, itemsOf(loop))}
          </Title>
          <Anchor
            size="sm"
            renderRoot={(rest) => (
              <Link {...rest} to="/runs/$runId" params={{ runId }} search={{ within: turn.path }} />
            )}
          >
            Show this turn as a graph
          </Anchor>
        </div>
        <CloseButton aria-label="Close the turn" onClick={close} />
      </Group>
      {turn.artifacts.length === 0 && (
        <Text size="sm" className="muted">
          This turn has measured nothing{turn.state === "FAILED" ? ": it failed" : ""}.
        </Text>
      )}
      {turn.artifacts.map((made) => (
        <One key={made.id} made={made} runId={runId} />
      ))}
    </Stack>
  );
}

function One({ made, runId }: { made: TurnArtifact; runId: string }) {
  const found = useQuery(artifactQuery(made.id));
  const [cell, setCell] = useState<string>();
  return (
    <Stack gap="xs" component="section">
      <Title order={4} size="h6">
        <Anchor
          inherit
          renderRoot={(rest) => <Link {...rest} to="/artifacts/$artifactId" params={{ artifactId: made.id }} />}
        >
          {made.task} / {made.key}
        </Anchor>
      </Title>
      {found.error ? (
        <Failure error={found.error} what="These metrics" retry={() => found.refetch()} />
      ) : found.data ? (
        <ArtifactView artifact={found.data} runId={runId} cell={cell} onCell={setCell} />
      ) : (
        <Skeleton height={160} />
      )}
    </Stack>
  );
}
