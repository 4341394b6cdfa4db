import { Anchor, Group, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ArtifactRecord, ArtifactUse } from "@/api/client";
import { StateIcon, stateWord } from "@/parts/State";
import { Time } from "@/parts/Time";

const FIRST = 20;

/** Which tasks made an artifact, took it from the cache, and took it as an input. */
export function Uses({ artifact }: { artifact: ArtifactRecord }) {
  return (
    <Stack gap="sm">
      <List title="Made by" uses={artifact.made_by} none="No task of a run that is still recorded." />
      {artifact.reused_by.length > 0 && <List title="Taken from the cache by" uses={artifact.reused_by} />}
      <List title="Used by" uses={artifact.used_by} none="Nothing has used it." total={artifact.uses} />
    </Stack>
  );
}

function List({ title, uses, none, total }: { title: string; uses: ArtifactUse[]; none?: string; total?: number }) {
  const more = (total ?? uses.length) - FIRST;
  return (
    <Stack gap={4} component="section">
      <Title order={3} size="h6">
        {title}
      </Title>
      {uses.length === 0 && (
        <Text size="sm" className="muted">
          {none}
        </Text>
      )}
      {uses.slice(0, FIRST).map((use) => (
        <Group key={`${use.task_id} ${use.key}`} gap="xs" fz="sm">
          <StateIcon state={use.state} size={14} />
          <Anchor
            size="sm"
            title={stateWord(use.state)}
            renderRoot={(rest) => (
              <Link {...rest} to="/runs/$runId" params={{ runId: use.run_id }} search={{ node: use.path }} />
            )}
          >
            {use.path}
          </Anchor>
          <span className="muted">
            as {use.key}, {use.run_name}, <Time at={use.at} />
          </span>
        </Group>
      ))}
      {more > 0 && (
        <Text size="sm" className="muted">
          and {more} more
        </Text>
      )}
    </Stack>
  );
}
