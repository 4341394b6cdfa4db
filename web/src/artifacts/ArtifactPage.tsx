/** An artifact: what it holds, and where it comes from and what came of it, across runs. */
import { Skeleton, Stack, Tabs, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { artifactQuery } from "@/api/queries";
import { typeWord } from "@/graph/facts";
import { Failure } from "@/parts/Failure";
import { Page } from "@/parts/Page";
import { ArtifactView } from "@/renderers/ArtifactView";
import { ArtifactFacts } from "./ArtifactFacts";
import { LineageView } from "./LineageView";
import { ARTIFACT_TABS } from "./search";
import { Uses } from "./Uses";

const route = getRouteApi("/artifacts/$artifactId");
const CRUMBS = [{ label: "Artifacts", link: { to: "/artifacts" as const } }];

export function ArtifactPage() {
  const { artifactId } = route.useParams();
  const { tab = "content", cell, file } = route.useSearch();
  const go = route.useNavigate();
  const found = useQuery(artifactQuery(artifactId));
  if (found.error)
    return (
      <Page title="Artifact" crumbs={CRUMBS}>
        <Failure error={found.error} what="The artifact" retry={() => found.refetch()} />
      </Page>
    );
  if (!found.data)
    return (
      <Page title="Artifact" crumbs={CRUMBS}>
        <Skeleton height={300} />
      </Page>
    );
  const artifact = found.data;
  return (
    <Page title={artifact.name} crumbs={CRUMBS} aside={<span className="muted">{typeWord(artifact.type)}</span>}>
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) => go({ search: (old) => ({ ...old, tab: ARTIFACT_TABS.find((each) => each === next) }) })}
      >
        <Tabs.List>
          <Tabs.Tab value="content">Content</Tabs.Tab>
          <Tabs.Tab value="lineage">Lineage</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="content" pt="md">
          <VisuallyHidden component="h2">Content</VisuallyHidden>
          <Stack gap="lg">
            <ArtifactView
              artifact={artifact}
              cell={cell}
              onCell={(next) => go({ search: (old) => ({ ...old, cell: next }), replace: true, resetScroll: false })}
              file={file}
              onFile={(next) => go({ search: (old) => ({ ...old, file: next }), replace: true, resetScroll: false })}
            />
            <ArtifactFacts artifact={artifact} />
            <Uses artifact={artifact} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="lineage" pt="md">
          <LineageView artifactId={artifactId} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
