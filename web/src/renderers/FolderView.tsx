/** The files in a folder, and a look into one of them. */
import { Anchor, Button, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import type { ArtifactRecord, FolderPreview } from "@/api/client";
import { contentUrl } from "@/api/queries";
import { bytes } from "@/format/numbers";
import { ArtifactView } from "./ArtifactView";
import classes from "./Views.module.css";

export function FolderView({ artifact, found }: { artifact: ArtifactRecord; found: FolderPreview }) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Stack gap="sm">
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col" className={classes.right}>
                Size
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            {found.files.map((file) => (
              <tr key={file.path}>
                <th scope="row">
                  <UnstyledButton
                    c="var(--mantine-color-anchor)"
                    fz="sm"
                    aria-expanded={open === file.path}
                    onClick={() => setOpen(open === file.path ? null : file.path)}
                  >
                    {file.path}
                  </UnstyledButton>
                </th>
                <td className={classes.right}>{bytes(file.size)}</td>
                <td className={classes.right}>
                  <Anchor fz="sm" href={contentUrl(artifact.id, file.path, true)} aria-label={`Download ${file.path}`}>
                    Download
                  </Anchor>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {found.truncated && (
        <Text size="sm" className="muted">
          There are more files; download the folder to see them all.
        </Text>
      )}
      {open && (
        <Stack gap="xs" className="card" p="sm">
          <Group justify="space-between">
            <Text fw={600} size="sm">
              {open}
            </Text>
            <Button size="compact-xs" variant="subtle" onClick={() => setOpen(null)}>
              Close
            </Button>
          </Group>
          <ArtifactView artifact={artifact} path={open} />
        </Stack>
      )}
    </Stack>
  );
}
