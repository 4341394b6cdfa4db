/** What a recurring run runs. */
import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { pipelineQuery, versionsQuery } from "@/pipelines/queries";
import type { RecurringRun } from "./queries";

export function PipelineLink({ of }: { of: RecurringRun }) {
  const pipeline = useQuery(pipelineQuery(of.pipelineId));
  const versions = useQuery({ ...versionsQuery(of.pipelineId), enabled: of.pipelineId !== "" && of.versionId !== "" });
  if (!of.pipelineId) return <span className="muted">one of its own</span>;
  if (pipeline.error) return <span style={{ color: "var(--bad)" }}>deleted</span>;
  const version = versions.data?.versions.find((each) => each.id === of.versionId);
  return (
    <>
      <Anchor
        fz="sm"
        renderRoot={(rest) => (
          <Link
            {...rest}
            to="/pipelines/$pipelineId"
            params={{ pipelineId: of.pipelineId }}
            search={{ version: of.versionId || undefined }}
          />
        )}
      >
        {pipeline.data?.name ?? "…"}
      </Anchor>{" "}
      <span className="muted">{of.versionId ? (version?.name ?? "") : "newest"}</span>
    </>
  );
}
