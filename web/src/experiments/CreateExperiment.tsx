import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, body } from "@/api/client";

const NEW = { experiment_id: "", namespace: "", storage_state: "AVAILABLE" } as const; // the server's to say

export function CreateExperiment() {
  const [open, { open: show, close }] = useDisclosure();
  return (
    <>
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={show}>
        New experiment
      </Button>
      <Modal opened={open} onClose={close} title="New experiment" closeButtonProps={{ "aria-label": "Close" }}>
        <Form onDone={close} />
      </Modal>
    </>
  );
}

function Form({ onDone }: { onDone: () => void }) {
  const [display_name, setName] = useState("");
  const [description, setDescription] = useState("");
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: () => body(api.POST("/apis/v2beta1/experiments", { body: { ...NEW, display_name, description } })),
    onSuccess: (made) => {
      client.invalidateQueries({ queryKey: ["experiments"] });
      onDone();
      navigate({ to: "/experiments/$experimentId", params: { experimentId: made.experiment_id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          required
          data-autofocus
          value={display_name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={create.error?.message}
        />
        <Textarea
          label="Description"
          autosize
          minRows={2}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Text size="sm" className="muted">
          An experiment holds runs that belong together, so that they can be compared.
        </Text>
        <Group justify="end">
          <Button type="submit" loading={create.isPending} disabled={!display_name.trim()}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
