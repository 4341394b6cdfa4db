import { ActionIcon, Anchor, Badge, Group, Menu, Table, Text, VisuallyHidden } from "@mantine/core";
import { IconDots, IconPlayerPlay, IconTrash, IconUpload } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, body } from "@/api/client";
import { Remove } from "@/parts/Remove";
import { Time } from "@/parts/Time";
import { LastRun } from "./LastRun";
import { type Pipeline, versionsQuery } from "./queries";
import { UploadDialog } from "./UploadDialog";

export function PipelinesTable({ pipelines }: { pipelines: Pipeline[] }) {
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table className="card" verticalSpacing="xs" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Name</Table.Th>
            <Table.Th scope="col">Last run</Table.Th>
            <Table.Th scope="col">Newest version</Table.Th>
            <Table.Th scope="col" ta="right">
              Versions
            </Table.Th>
            <Table.Th scope="col">Made</Table.Th>
            <Table.Th scope="col">
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pipelines.map((each) => (
            <Row key={each.id} pipeline={each} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ pipeline }: { pipeline: Pipeline }) {
  const { data } = useQuery(versionsQuery(pipeline.id, 1));
  const newest = data?.versions[0];
  const to = { to: "/pipelines/$pipelineId", params: { pipelineId: pipeline.id } } as const;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} maw={360}>
        <Anchor fz="sm" fw={600} renderRoot={(rest) => <Link {...rest} {...to} />}>
          {pipeline.name}
        </Anchor>
        {pipeline.tags.map((tag) => (
          <Badge key={tag} variant="default" size="sm" tt="none" ml={6}>
            {tag}
          </Badge>
        ))}
        {pipeline.description && (
          <Text size="xs" className="muted" lineClamp={2}>
            {pipeline.description}
          </Text>
        )}
      </Table.Th>
      <Table.Td>
        <LastRun of={{ pipeline_id: pipeline.id }} />
      </Table.Td>
      <Table.Td>
        {newest && (
          <Group gap={6}>
            <span className="mono">{newest.name}</span>
            {newest.tags.map((tag) => (
              <Badge key={tag} variant="default" size="sm" tt="none">
                {tag}
              </Badge>
            ))}
          </Group>
        )}
      </Table.Td>
      <Table.Td ta="right" className="number">
        {data?.total}
      </Table.Td>
      <Table.Td>
        <Time at={pipeline.created_at} />
      </Table.Td>
      <Table.Td w={90}>
        <Actions pipeline={pipeline} versions={data?.total ?? 0} />
      </Table.Td>
    </Table.Tr>
  );
}

function Actions({ pipeline, versions }: { pipeline: Pipeline; versions: number }) {
  const [open, setOpen] = useState<"upload" | "delete" | null>(null);
  const client = useQueryClient();
  const close = () => setOpen(null);
  const remove = async () => {
    const params = { path: { pipeline_id: pipeline.id }, query: { cascade: true } };
    await body(api.DELETE("/apis/v2beta1/pipelines/{pipeline_id}", { params }));
    await client.invalidateQueries({ queryKey: ["pipelines"] });
  };
  return (
    <Group gap={4} wrap="nowrap" justify="end">
      <ActionIcon
        variant="subtle"
        aria-label={`Start a run of ${pipeline.name}`}
        renderRoot={(rest) => <Link {...rest} to="/runs/new" search={{ pipeline: pipeline.id }} />}
      >
        <IconPlayerPlay size={16} />
      </ActionIcon>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" aria-label={`More for ${pipeline.name}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconUpload size={15} aria-hidden />} onClick={() => setOpen("upload")}>
            Upload a version
          </Menu.Item>
          <Menu.Item
            leftSection={<IconTrash size={15} aria-hidden />}
            style={{ color: "var(--bad)" }}
            onClick={() => setOpen("delete")}
          >
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open === "upload" && <UploadDialog of={pipeline} dropped={null} close={close} />}
      {open === "delete" && (
        <Remove what="the pipeline" name={pipeline.name} typed remove={remove} close={close}>
          {versions === 1 ? "Its version goes" : `Its ${versions} versions go`} with it. Runs that were started from it
          stay, and can be cloned.
        </Remove>
      )}
    </Group>
  );
}
