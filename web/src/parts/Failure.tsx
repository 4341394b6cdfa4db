/** What failed, and what to do. */
import { Alert, Button, Code, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Component, type ReactNode } from "react";
import { ApiError } from "@/api/client";
import { isLost, loadAnew } from "./lost";

type Props = { error: unknown; what: string; retry?: () => void };

export function Failure({ error, what, retry }: Props) {
  if (isLost(error)) return <Said error={LOST} what={what} retry={loadAnew} />;
  return <Said error={error} what={what} retry={retry} />;
}

const LOST = "It could not be loaded: the server can't be reached, or was upgraded meanwhile.";

function Said({ error, what, retry }: Props) {
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
