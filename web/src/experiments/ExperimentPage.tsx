import { Badge, Skeleton, Tabs, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { Boundary, Failure } from "@/parts/Failure";
import { Page } from "@/parts/Page";
import { RunsTable } from "@/runs/RunsTable";
import { Charts } from "./Charts";
import { ExperimentActions } from "./ExperimentActions";
import { experimentQuery } from "./queries";
import type { ExperimentTab } from "./search";

const route = getRouteApi("/experiments/$experimentId");
const CRUMBS = [{ label: "Experiments", link: { to: "/experiments" as const } }];

export function ExperimentPage() {
  const { experimentId } = route.useParams();
  const { tab = "runs", metric } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: experiment, error, refetch } = useQuery(experimentQuery(experimentId));
  const fixed = useMemo(() => ({ experiment_id: experimentId }), [experimentId]);
  const charts = (as: "charts" | "parallel") => (
    <Boundary what="The charts">
      <Charts
        experimentId={experimentId}
        as={as}
        metric={metric}
        onMetric={(next) => navigate({ search: (before) => ({ ...before, metric: next }), replace: true })}
      />
    </Boundary>
  );

  if (error)
    return (
      <Page title="Experiment" crumbs={CRUMBS}>
        <Failure error={error} what="The experiment" retry={refetch} />
      </Page>
    );
  if (!experiment)
    return (
      <Page title="Experiment" crumbs={CRUMBS}>
        <Skeleton height="24rem" />
      </Page>
    );
  return (
    <Page
      title={experiment.display_name}
      crumbs={CRUMBS}
      aside={experiment.storage_state === "ARCHIVED" && <Badge variant="default">archived</Badge>}
      actions={<ExperimentActions experiment={experiment} />}
    >
      {experiment.description && <Text className="muted">{experiment.description}</Text>}
      <Tabs
        value={tab}
        onChange={(next) => navigate({ search: (before) => ({ ...before, tab: next as ExperimentTab }) })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="runs">Runs</Tabs.Tab>
          <Tabs.Tab value="charts">A metric over time</Tabs.Tab>
          <Tabs.Tab value="parallel">Parameters and metrics</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="runs">
          <RunsTable fixed={fixed} />
        </Tabs.Panel>
        <Tabs.Panel value="charts">{charts("charts")}</Tabs.Panel>
        <Tabs.Panel value="parallel">{charts("parallel")}</Tabs.Panel>
      </Tabs>
    </Page>
  );
}
