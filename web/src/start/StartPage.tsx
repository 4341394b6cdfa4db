/** Starting a run: which pipeline, and a form of its parameters. */
import { Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { FullRun, PipelineParameter } from "@/api/client";
import { runQuery } from "@/api/queries";
import { Failure } from "@/parts/Failure";
import { Page } from "@/parts/Page";
import { parametersQuery, pipelineQuery, versionsQuery } from "@/pipelines/queries";
import { recurringRunQuery } from "@/recurring/queries";
import type { Values } from "./form";
import { SourceChoice } from "./SourceChoice";
import { StartForm } from "./StartForm";

const route = getRouteApi("/runs/new");

/** What is to be run. */
export type Source = {
  pipelineId: string;
  versionId: string;
  /** `NAME:VERSION`, as the command line has it; empty where the registry does not hold it. */
  reference: string;
  parameters: PipelineParameter[];
  /** The run that the form begins with. */
  clone: FullRun | null;
  /** Values that the form begins with, of `before`: a run or a recurring run; none: the pipeline's own. */
  given: Values;
  before: "the cloned run" | "the recurring run" | null;
  /** Whether exactly what the cloned run ran is run: otherwise its values are given to another version. */
  same: boolean;
};

export function StartPage() {
  const search = route.useSearch();
  const clone = useQuery({ ...runQuery(search.clone ?? ""), enabled: Boolean(search.clone) });
  return (
    <Page title={clone.data ? `Clone of ${clone.data.name}` : "New run"}>
      {clone.error ? (
        <Failure error={clone.error} what="The run to clone" retry={clone.refetch} />
      ) : search.clone && !clone.data ? (
        <FormSkeleton />
      ) : (
        <Start clone={clone.data ?? null} />
      )}
    </Page>
  );
}

function Start({ clone }: { clone: FullRun | null }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const pipelineId = search.pipeline ?? clone?.pipeline_id ?? "";
  const pipeline = useQuery(pipelineQuery(pipelineId));
  const versions = useQuery(versionsQuery(pipelineId));
  const own = clone && pipelineId === clone.pipeline_id ? clone.version_id : undefined;
  const versionId = search.version ?? own ?? versions.data?.versions[0]?.id ?? "";
  // The run itself holds what it ran: it can be cloned, whether or not the registry still has that.
  const same = own !== undefined && versionId === own;
  const asked = useQuery({ ...parametersQuery(pipelineId, versionId), enabled: !same && versionId !== "" });
  const parameters = same ? clone?.pipeline_parameters : asked.data;
  const recurring = useQuery({ ...recurringRunQuery(search.from ?? ""), enabled: Boolean(search.from) });
  const error = same ? null : (pipeline.error ?? versions.error ?? asked.error ?? recurring.error);
  const version = versions.data?.versions.find((each) => each.id === versionId);

  return (
    <Stack gap="lg">
      <SourceChoice
        pipeline={pipelineId && pipeline.data ? pipeline.data : null}
        versions={versions.data?.versions ?? []}
        versionId={versionId}
        clone={clone}
        onPipeline={(id) => navigate({ search: (last) => ({ ...last, pipeline: id, version: undefined }) })}
        onVersion={(id) => navigate({ search: (last) => ({ ...last, pipeline: pipelineId, version: id }) })}
      />
      {error ? (
        <Failure error={error} what="The pipeline" retry={asked.refetch} />
      ) : parameters && !(search.from && !recurring.data) ? (
        <StartForm
          key={`${versionId} ${clone?.id}`}
          source={{
            pipelineId,
            versionId,
            reference: pipeline.data && version ? `${pipeline.data.name}:${version.name}` : "",
            parameters,
            clone,
            given: clone?.parameters ?? recurring.data?.parameters ?? {},
            before: clone ? "the cloned run" : recurring.data ? "the recurring run" : null,
            same,
          }}
          experiment={search.experiment ?? clone?.experiment_id ?? ""}
        />
      ) : (
        (pipelineId || clone) && <FormSkeleton />
      )}
    </Stack>
  );
}

function FormSkeleton() {
  return (
    <Stack gap="lg" aria-label="Loading" aria-busy>
      {[60, 60, 320].map((height, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <Skeleton key={index} height={height} />
      ))}
    </Stack>
  );
}
