/** Asking before something is removed for good. */
import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";

type Props = {
  /** What it is: `the pipeline`. */
  what: string;
  /** Its name, which is to be typed where something goes with it. */
  name: string;
  typed?: boolean;
  /** What goes with it, and what stays. */
  children: ReactNode;
  remove: () => Promise<unknown>;
  close: () => void;
};

export function Remove({ what, name, typed = false, children, remove, close }: Props) {
  const [said, setSaid] = useState("");
  const removing = useMutation({ mutationFn: remove, onSuccess: close });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!typed || said === name) removing.mutate();
  };
  return (
    <Modal opened onClose={close} title={`Delete ${what} ${name}?`} closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm" component="div">
            {children}
          </Text>
          {typed && (
            <TextInput
              label={`Type ${name} to delete it`}
              data-autofocus
              autoComplete="off"
              spellCheck={false}
              value={said}
              onChange={(event) => setSaid(event.currentTarget.value)}
            />
          )}
          {removing.error && (
            <Alert color="red" variant="light" title="It was not deleted" role="alert">
              {removing.error.message}
            </Alert>
          )}
          <Group justify="end">
            <Button variant="default" onClick={close} data-autofocus={typed ? undefined : true}>
              Cancel
            </Button>
            <Button type="submit" color="red" loading={removing.isPending} disabled={typed && said !== name}>
              Delete
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
