import { Code, CopyButton, Group, Stack, Text, Title, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";

/** Where nothing is yet: what would be here, and the next step. */
export function Empty({ title, children, command }: { title: string; children?: ReactNode; command?: string }) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md">
      <Title order={2} size="h4">
        {title}
      </Title>
      {children && (
        <Text className="muted" ta="center" maw="34rem" component="div">
          {children}
        </Text>
      )}
      {command && <Command text={command} />}
    </Stack>
  );
}

/** A command to be copied. */
export function Command({ text }: { text: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Group gap="xs" wrap="nowrap" maw="100%" miw={0}>
          <Code fz="sm" px="sm" py={4} style={{ overflowX: "auto", whiteSpace: "nowrap" }}>
            {text}
          </Code>
          <UnstyledButton onClick={copy} c="blue" fz="sm" aria-label={`Copy the command ${text}`}>
            {copied ? "Copied" : "Copy"}
          </UnstyledButton>
        </Group>
      )}
    </CopyButton>
  );
}
