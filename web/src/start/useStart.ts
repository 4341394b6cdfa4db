/** Sending the form: a run is started, or a recurring run is made, and then shown. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, body } from "@/api/client";
import { experimentNamed, experimentsQuery } from "./experiments";
import type { Values } from "./form";
import type { Source } from "./StartPage";
import { type Schedule, triggerOf } from "./schedule";
import type { Way } from "./WayFields";

type Ask = { values: Values; way: Way; schedule: Schedule | null };

export function useStart(source: Source) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async ({ values, way, schedule }: Ask) => {
      const experiment = way.experiment.trim();
      const known = await client.ensureQueryData(experimentsQuery);
      if (!schedule) {
        const name = known.find((each) => each.id === experiment)?.name ?? experiment;
        return { runId: await started(source, values, { ...way, experiment: name }) };
      }
      const id = experiment ? await experimentNamed(experiment, known) : "";
      return { recurringRunId: await made(source, values, way, schedule, id) };
    },
    onSuccess: (done) =>
      "runId" in done
        ? navigate({ to: "/runs/$runId", params: { runId: done.runId ?? "" } })
        : navigate({ to: "/recurring-runs/$recurringRunId", params: { recurringRunId: done.recurringRunId } }),
    onSettled: () =>
      Promise.all(["recurring-runs", "experiments"].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}

async function started(source: Source, values: Values, way: Way): Promise<string> {
  const run = await body(
    api.POST("/apis/barograph/v1/runs", {
      body: {
        pipeline: "",
        version_id: source.same ? "" : source.versionId,
        like_run: source.same ? (source.clone?.id ?? "") : "",
        parameters: values,
        experiment: way.experiment,
        name: way.name.trim(),
        cache: way.cache,
        parallelism: way.parallelism ? Number(way.parallelism) : null,
      },
    }),
  );
  return run.id;
}

async function made(source: Source, values: Values, way: Way, schedule: Schedule, experimentId: string) {
  const recurring = await body(
    api.POST("/apis/v2beta1/recurringruns", {
      body: {
        ...EMPTY,
        display_name: way.name.trim(),
        description: way.description,
        pipeline_version_reference: {
          pipeline_id: source.pipelineId,
          pipeline_version_id: schedule.newest ? "" : source.versionId,
        },
        runtime_config: { parameters: values, pipeline_root: "" },
        trigger: triggerOf(schedule),
        max_concurrency: Number(schedule.most),
        no_catchup: !schedule.catchUp,
        mode: "ENABLE",
        experiment_id: experimentId,
      },
    }),
  );
  return recurring.recurring_run_id;
}

/** What a message of KFP's has, and nobody says here. */
const EMPTY = {
  recurring_run_id: "",
  pipeline_version_id: "",
  pipeline_spec: {},
  service_account: "",
  status: "STATUS_UNSPECIFIED",
  namespace: "",
  plugins_input: {},
} as const;
