/** A screen: its title, where it stands, what can be done, and its content. */
import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";

type Crumb = { label: string; link: LinkProps };

export function Page(props: {
  title: string;
  /** Beside the title: a state, for example. */
  aside?: ReactNode;
  crumbs?: Crumb[];
  actions?: ReactNode;
  /** Whether the content has the whole height, and scrolls by itself. */
  filled?: boolean;
  children: ReactNode;
}) {
  const { title, aside, crumbs, actions, filled, children } = props;
  useDocumentTitle(`${title} – Barograph`);
  return (
    <Stack gap="md" p="md" h={filled ? "100%" : undefined} mih={0}>
      <Group justify="space-between" align="end" gap="sm">
        <Stack gap={2} miw={0}>
          {crumbs && (
            <Breadcrumbs separator="/" fz="sm">
              {crumbs.map((crumb) => (
                <Anchor key={crumb.label} fz="sm" renderRoot={(rest) => <Link {...rest} {...crumb.link} />}>
                  {crumb.label}
                </Anchor>
              ))}
            </Breadcrumbs>
          )}
          <Group gap="0 0.75rem" miw={0}>
            <Title order={1} size="h3" style={{ overflowWrap: "anywhere" }}>
              {title}
            </Title>
            {aside && (
              <Text component="div" size="sm">
                {aside}
              </Text>
            )}
          </Group>
        </Stack>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
