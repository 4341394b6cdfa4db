import { Anchor, Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Empty } from "@/parts/Empty";
import type { Fixed } from "./list";
import type { RunsSearch } from "./search";

const ANY: RunsSearch = {
  q: undefined,
  state: undefined,
  pipeline: undefined,
  experiment: undefined,
  where: undefined,
};

type Props = { search: RunsSearch; fixed: Fixed; onChange: (change: RunsSearch) => void };

/** Why no run is shown: a filter, the archive, or that there is none yet. */
export function NoRuns({ search, fixed, onChange }: Props) {
  const filtered = search.q || search.state || search.pipeline || search.experiment || search.where;
  if (filtered)
    return (
      <Empty title={search.archived ? "No archived run is like this" : "No run is like this"}>
        <Button variant="default" size="compact-md" onClick={() => onChange(ANY)}>
          Clear the filters
        </Button>
      </Empty>
    );
  if (search.archived) return <Empty title="The archive is empty">Runs that are put aside are kept here.</Empty>;
  if (fixed.recurring_run_id)
    return <Empty title="It has not started a run yet">Each run that it starts is listed here.</Empty>;
  const { experiment_id, pipeline_id } = fixed;
  return (
    <Empty title="No runs yet" command={pipeline_id ? undefined : commandOf(experiment_id)}>
      {!pipeline_id && "Run a compiled pipeline from the command line, or "}
      <Anchor
        underline="always"
        renderRoot={(rest) => (
          <Link {...rest} to="/runs/new" search={{ experiment: experiment_id, pipeline: pipeline_id }} />
        )}
      >
        {pipeline_id ? "Start a run" : "start a run from a form"}
      </Anchor>
      .
    </Empty>
  );
}

function commandOf(experimentId: string | undefined): string {
  return `barograph run pipeline.yaml${experimentId ? " --experiment NAME" : ""}`;
}
