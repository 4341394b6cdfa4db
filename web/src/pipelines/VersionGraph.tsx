/** A version as a picture. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { GraphCanvas } from "@/graph/GraphCanvas";
import { Failure } from "@/parts/Failure";
import classes from "./pipelines.module.css";
import { versionGraphQuery } from "./queries";

const route = getRouteApi("/pipelines/$pipelineId");

export default function VersionGraph({ pipelineId, versionId }: { pipelineId: string; versionId: string }) {
  const { node } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(versionGraphQuery(pipelineId, versionId));
  const select = (chosen: string | undefined) =>
    navigate({ search: (last) => ({ ...last, node: chosen }), replace: true });
  if (error) return <Failure error={error} what="The graph" retry={refetch} />;
  return (
    <div className={`card ${classes.graph}`}>
      {data ? <GraphCanvas graph={data} selected={node} onSelect={select} /> : <Skeleton height="100%" />}
    </div>
  );
}
