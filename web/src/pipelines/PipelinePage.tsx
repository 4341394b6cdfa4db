/** A pipeline: its versions, and of one of them the graph, the parameters, the YAML; and its runs. */
import { Alert, Badge, Button, Group, Select, Skeleton, Stack, Tabs, Text } from "@mantine/core";
import { IconPlayerPlay, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { relative } from "@/format/time";
import { Command } from "@/parts/Empty";
import { Boundary, Failure } from "@/parts/Failure";
import { Page } from "@/parts/Page";
import { Time } from "@/parts/Time";
import { ParametersTable } from "./ParametersTable";
import classes from "./pipelines.module.css";
import { type Pipeline, pipelineQuery, type Version, versionsQuery } from "./queries";
import { type PipelineTab, TABS } from "./search";
import { UploadDialog } from "./UploadDialog";
import { useDrop } from "./useDrop";

const VersionGraph = lazy(() => import("./VersionGraph"));
const Yaml = lazy(() => import("./Yaml"));
const RunsTable = lazy(async () => ({ default: (await import("@/runs/RunsTable")).RunsTable }));

const route = getRouteApi("/pipelines/$pipelineId");
const LABELS: Record<PipelineTab, string> = { graph: "Graph", parameters: "Parameters", yaml: "YAML", runs: "Runs" };
const CRUMBS = [{ label: "Pipelines", link: { to: "/pipelines" } as const }];

export function PipelinePage() {
  const { pipelineId } = route.useParams();
  const search = route.useSearch();
  const pipeline = useQuery(pipelineQuery(pipelineId));
  const versions = useQuery(versionsQuery(pipelineId));
  const [uploading, setUploading] = useState<{ file: File | null } | null>(null);
  const over = useDrop((file) => setUploading({ file }));
  const error = pipeline.error ?? versions.error;
  const known = versions.data?.versions ?? [];
  const version = search.version ? known.find(({ id }) => id === search.version) : known[0];
  return (
    <Page
      title={pipeline.data?.name ?? "Pipeline"}
      aside={pipeline.data && <Tags tags={pipeline.data.tags} />}
      crumbs={CRUMBS}
      actions={
        pipeline.data && (
          <>
            <Button
              variant="default"
              leftSection={<IconUpload size={16} aria-hidden />}
              onClick={() => setUploading({ file: null })}
            >
              New version
            </Button>
            <Button
              leftSection={<IconPlayerPlay size={16} aria-hidden />}
              renderRoot={(rest) => (
                <Link {...rest} to="/runs/new" search={{ pipeline: pipelineId, version: search.version }} />
              )}
            >
              Start run
            </Button>
          </>
        )
      }
    >
      <div className={classes.drop} data-over={over || undefined}>
        {error ? (
          <Failure error={error} what="The pipeline" retry={() => (pipeline.error ? pipeline : versions).refetch()} />
        ) : pipeline.data && versions.data ? (
          <Content pipeline={pipeline.data} versions={known} version={version} />
        ) : (
          <Skeleton height={480} aria-label="Loading" />
        )}
      </div>
      {uploading && pipeline.data && (
        <UploadDialog
          key={uploading.file?.lastModified} // another file that is dropped begins anew
          of={pipeline.data}
          dropped={uploading.file}
          close={() => setUploading(null)}
        />
      )}
    </Page>
  );
}

type ContentProps = { pipeline: Pipeline; versions: Version[]; version: Version | undefined };

function Content({ pipeline, versions, version }: ContentProps) {
  const { tab = "graph" } = route.useSearch();
  const navigate = route.useNavigate();
  const show = (next: string | null) =>
    navigate({ search: (last) => ({ ...last, tab: TABS.find((each) => each === next) }) });
  const choose = (id: string | null) =>
    id && navigate({ search: (last) => ({ ...last, version: id, node: undefined }) });
  return (
    <Stack gap="md">
      {pipeline.description && <Text className="muted">{pipeline.description}</Text>}
      {versions.length > 0 && (
        <Group gap="md" align="end">
          <Select
            label="Version"
            data={versions.map((each, index) => ({
              value: each.id,
              label: [each.name, index ? relative(each.created_at) : "newest", ...each.tags].join(" · "),
            }))}
            value={version?.id ?? null}
            onChange={choose}
            allowDeselect={false}
            searchable
            w={{ base: "100%", xs: 380 }}
          />
          {version && <About version={version} />}
        </Group>
      )}
      <Tabs value={tab} onChange={show} keepMounted={false}>
        <Tabs.List mb="md">
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {LABELS[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map((each) => (
          <Tabs.Panel key={each} value={each}>
            <Boundary what={LABELS[each]}>
              <Suspense fallback={<Skeleton height={400} aria-label="Loading" />}>
                {each === "runs" ? (
                  <Stack gap="sm">
                    <RunsTable fixed={{ pipeline_id: pipeline.id }} />
                  </Stack>
                ) : version ? (
                  <Part tab={each} pipelineId={pipeline.id} version={version} />
                ) : (
                  <NoVersion pipeline={pipeline} any={versions.length > 0} />
                )}
              </Suspense>
            </Boundary>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}

function Part({ tab, pipelineId, version }: { tab: PipelineTab; pipelineId: string; version: Version }) {
  const of = { pipelineId, versionId: version.id };
  if (tab === "graph") return <VersionGraph {...of} />;
  return tab === "parameters" ? <ParametersTable {...of} /> : <Yaml {...of} />;
}

function About({ version }: { version: Version }) {
  return (
    <Group gap="sm" mih={36}>
      <Tags tags={version.tags} />
      <Text size="sm" className="muted" component="div">
        made <Time at={version.created_at} />
        {version.description && ` · ${version.description}`}
      </Text>
      {/^https?:/.test(version.code) && (
        <a href={version.code} rel="noreferrer" target="_blank">
          Source
        </a>
      )}
    </Group>
  );
}

function Tags({ tags }: { tags: string[] }) {
  return (
    <Group gap={4}>
      {tags.map((tag) => (
        <Badge key={tag} variant="default" tt="none">
          {tag}
        </Badge>
      ))}
    </Group>
  );
}

function NoVersion({ pipeline, any }: { pipeline: Pipeline; any: boolean }) {
  if (any)
    return (
      <Alert variant="light" title="There is no such version">
        The address names a version that this pipeline does not have. Choose one above.
      </Alert>
    );
  return (
    <Stack align="start" gap="xs">
      <Text>The pipeline has no version yet.</Text>
      <Command text={`barograph pipeline upload --name ${pipeline.name} FILE.yaml`} />
    </Stack>
  );
}
