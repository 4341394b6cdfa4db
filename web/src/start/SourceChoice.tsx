/** Which pipeline, and which version of it. */
import { Alert, Anchor, Badge, Group, Select, Stack, Text } from "@mantine/core";
import { IconCopy } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { FullRun } from "@/api/client";
import { relative } from "@/format/time";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { type Pipeline, pipelinesQuery, type Version } from "@/pipelines/queries";

type Props = {
  pipeline: Pipeline | null;
  versions: Version[];
  versionId: string;
  clone: FullRun | null;
  onPipeline: (id: string) => void;
  onVersion: (id: string) => void;
};

export function SourceChoice({ pipeline, versions, versionId, clone, onPipeline, onVersion }: Props) {
  const { data, error, refetch } = useInfiniteQuery(pipelinesQuery());
  if (error) return <Failure error={error} what="The list of pipelines" retry={refetch} />;
  const known = data?.pages.flatMap((page) => page.pipelines) ?? [];
  if (data && !known.length && !clone)
    return (
      <Empty title="There is no pipeline to run yet" command="barograph pipeline upload weather.yaml">
        A compiled pipeline is uploaded once and run as often as you like. Use the command, or{" "}
        <Anchor underline="always" renderRoot={(rest) => <Link {...rest} to="/pipelines" />}>
          upload a file here
        </Anchor>
        .
      </Empty>
    );
  const pipelines = pipeline && !known.some((each) => each.id === pipeline.id) ? [pipeline, ...known] : known;
  const chosen = versions.find((each) => each.id === versionId);
  return (
    <Stack gap="xs">
      {clone && (
        <Alert variant="light" icon={<IconCopy aria-hidden />} p="xs">
          <Text size="sm">
            The form begins with what{" "}
            <Anchor
              fz="sm"
              c="inherit"
              underline="always"
              renderRoot={(rest) => <Link {...rest} to="/runs/$runId" params={{ runId: clone.id }} />}
            >
              {clone.name}
            </Anchor>{" "}
            had. What you change is marked.
          </Text>
        </Alert>
      )}
      <Group align="start" gap="md">
        <Select
          label="Pipeline"
          placeholder={clone && !clone.pipeline_id ? `${clone.pipeline}, as the run has it` : "Choose a pipeline"}
          data={pipelines.map((each) => ({ value: each.id, label: each.name }))}
          value={pipeline?.id ?? null}
          onChange={(id) => id && onPipeline(id)}
          searchable
          nothingFoundMessage="No such pipeline"
          w={{ base: "100%", xs: 300 }}
        />
        {versions.length > 0 && (
          <Select
            label="Version"
            data={versions.map((each, index) => ({ value: each.id, label: labelOf(each, index === 0) }))}
            value={versionId}
            onChange={(id) => id && onVersion(id)}
            searchable
            w={{ base: "100%", xs: 380 }}
          />
        )}
      </Group>
      {chosen && (chosen.tags.length > 0 || chosen.description) && (
        <Group gap="xs">
          {chosen.tags.map((tag) => (
            <Badge key={tag} variant="default" tt="none">
              {tag}
            </Badge>
          ))}
          <Text size="sm" className="muted">
            {chosen.description}
          </Text>
        </Group>
      )}
    </Stack>
  );
}

function labelOf(version: Version, newest: boolean): string {
  const when = newest ? "newest" : relative(version.created_at);
  return [version.name, when, ...version.tags].join(" · ");
}
