/** What will be started: what was changed, whether shares sum to 1, and the same as a command. */
import { Code, Group, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { Copy } from "@/parts/Copy";
import { type Ask, commandOf } from "./command";
import type { Shares } from "./form";

type Props = {
  parameters: { name: string; draft: string }[];
  /** What they were changed against. */
  than: string;
  shares: Shares | null;
  command: Ask | null;
};

export function Summary({ parameters, than, shares, command }: Props) {
  return (
    <Stack gap="sm" className="card" p="md">
      <Title order={2} size="h6">
        {parameters.length ? `Changed against ${than}` : `All as in ${than}`}
      </Title>
      {parameters.length > 0 && (
        <Stack gap={2} component="ul" m={0} pl={0} style={{ listStyle: "none" }}>
          {parameters.map(({ name, draft }) => (
            <Text key={name} size="sm" component="li" style={{ overflowWrap: "anywhere" }} lineClamp={3}>
              {name} = <span className="mono">{draft === "" ? "nothing" : draft}</span>
            </Text>
          ))}
        </Stack>
      )}
      {shares && <Sum shares={shares} />}
      {command && (
        <Stack gap={2}>
          <Group justify="space-between">
            <Text size="sm" fw={600}>
              As a command
            </Text>
            <Copy value={commandOf(command)} label="Copy the command" />
          </Group>
          <Code block fz="xs" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            {commandOf(command)}
          </Code>
        </Stack>
      )}
    </Stack>
  );
}

function Sum({ shares: { names, sum, fits } }: { shares: Shares }) {
  const Icon = fits ? IconCircleCheck : IconAlertTriangle;
  return (
    <Group gap={6} wrap="nowrap" align="start" style={{ color: fits ? "var(--ok)" : "var(--warn)" }} role="status">
      <Icon size={16} aria-hidden style={{ flex: "none", marginTop: 2 }} />
      <Text size="sm">
        {names.join(" + ")} = <span className="number">{sum}</span>
        {fits ? "" : ": they should sum to 1"}
      </Text>
    </Group>
  );
}
