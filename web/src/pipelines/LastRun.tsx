/** How the newest run of something went. */
import { Anchor, Group, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { State } from "@/parts/State";
import { Time } from "@/parts/Time";
import { lastRunQuery } from "./queries";

export function LastRun({ of }: { of: Parameters<typeof lastRunQuery>[0] }) {
  const { data, isPending, error } = useQuery(lastRunQuery(of));
  if (isPending) return <Skeleton height={18} width={150} />;
  if (error) return <span className="muted">can't be shown</span>;
  if (!data) return <span className="muted">none yet</span>;
  return (
    <Group gap="xs" wrap="nowrap">
      <Anchor
        fz="sm"
        title={data.name}
        renderRoot={(rest) => <Link {...rest} to="/runs/$runId" params={{ runId: data.id }} />}
      >
        <State state={data.state} />
      </Anchor>
      <Text size="sm" className="muted" span>
        <Time at={data.created_at} />
      </Text>
    </Group>
  );
}
