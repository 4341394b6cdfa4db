/** What failed, and what to do. */
import { Alert, Button, Code, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Component, type ReactNode } from "react";
import { ApiError } from "@/api/client";

export function Failure({ error, what, retry }: { error: unknown; what: string; retry?: () => void }) {
  const message = error instanceof Error ? error.message : String(error);
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={`${what} can't be shown`}
      role="alert"
    >
      <Text size="sm">{message}</Text>
      <Group gap="sm" mt="xs">
        {retry && (
          <Button size="compact-sm" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
        {error instanceof ApiError && error.requestId && (
          <Text size="xs" className="muted">
            Request <Code>{error.requestId}</Code> in the server's log
          </Text>
        )}
      </Group>
    </Alert>
  );
}

/** Keeps a part that breaks from taking the page with it. */
export class Boundary extends Component<{ what: string; children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override render() {
    if (this.state.error === null) return this.props.children;
    return <Failure error={this.state.error} what={this.props.what} retry={() => this.setState({ error: null })} />;
  }
}
