/** Uploading a compiled pipeline: a file that was chosen or dropped. */
import { Alert, Button, FileInput, Group, Modal, Stack, TextInput } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { Pipeline } from "./queries";
import { nameOf, upload } from "./upload";

type Props = {
  /** The pipeline that it is to be a version of; null for a new one. */
  of: Pipeline | null;
  /** A file that was dropped. */
  dropped: File | null;
  close: () => void;
};

export function UploadDialog({ of, dropped, close }: Props) {
  const [file, setFile] = useState<File | null>(dropped);
  const [name, setName] = useState(dropped && !of ? nameOf(dropped.name) : "");
  const [description, setDescription] = useState("");
  const client = useQueryClient();
  const navigate = useNavigate();
  const sending = useMutation({
    mutationFn: upload,
    onSuccess: async ({ pipelineId, versionId }) => {
      await Promise.all(["pipelines", "pipeline"].map((key) => client.invalidateQueries({ queryKey: [key] })));
      close();
      await navigate({ to: "/pipelines/$pipelineId", params: { pipelineId }, search: { version: versionId } });
    },
  });
  const choose = (chosen: File | null) => {
    setFile(chosen);
    sending.reset();
    const isOurs = name === "" || name === (file && nameOf(file.name));
    if (chosen && !of && isOurs) setName(nameOf(chosen.name));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (file) sending.mutate({ file, name: name.trim(), description, of });
  };
  return (
    <Modal
      opened
      onClose={close}
      title={of ? `New version of ${of.name}` : "Upload a pipeline"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <FileInput
            label="Compiled pipeline"
            description={<span className="muted">.yaml, .json, .zip or .tar.gz, as `kfp` compiles it</span>}
            placeholder="Choose a file"
            accept=".yaml,.yml,.json,.zip,.tar.gz,.tgz"
            leftSection={<IconUpload size={16} aria-hidden />}
            withAsterisk
            value={file}
            onChange={choose}
          />
          <TextInput
            label={of ? "Version" : "Name"}
            description={<span className="muted">Left out, it is the file's name.</span>}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label="Description"
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          {sending.error && (
            <Alert color="red" variant="light" title="It was not taken" role="alert">
              {sending.error.message}
            </Alert>
          )}
          <Group justify="end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" disabled={!file} loading={sending.isPending}>
              Upload
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
