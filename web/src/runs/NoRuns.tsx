import { Button } from "@mantine/core";
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
  return (
    <Empty title="No runs yet" command="barograph run pipeline.yaml">
      Run a compiled pipeline from the command line, or start one from a pipeline's form.
    </Empty>
  );
}
