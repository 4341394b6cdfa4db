import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Chart } from "@/charts/Chart";
import { axesOfRuns } from "@/compare/axes";
import { chartColor } from "@/compare/marks";
import { parallel } from "@/compare/parallel-option";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { withoutTurns } from "@/renderers/turns";
import { keyMetric } from "@/runs/columns";
import { MetricOverTime } from "./MetricOverTime";
import { newestQuery } from "./queries";

const MOST = 200;
const MOST_METRICS = 60;

type Props = { experimentId: string; as: "charts" | "parallel"; metric?: string; onMetric: (metric: string) => void };

/** The metrics of the experiment's newest runs: one over time, or all with the parameters. */
export function Charts({ experimentId, as, metric, onMetric }: Props) {
  const first = useQuery(newestQuery(experimentId, MOST));
  const names = first.data?.metric_names ?? [];
  const own = ofRuns(names);
  const shown = metric ?? keyMetric(own) ?? "";
  const wanted = as === "charts" ? [shown] : own.slice(0, MOST_METRICS);
  const { data, error, refetch } = useQuery({
    ...newestQuery(experimentId, MOST, wanted),
    enabled: names.length > 0,
  });
  if (first.error || error) return <Failure error={first.error ?? error} what="The charts" retry={refetch} />;
  if (first.data && !names.length)
    return <Empty title="No metrics yet">A task logs them to an output of the type Metrics.</Empty>;
  if (!data) return <Skeleton height={420} />;
  if (as === "charts") return <MetricOverTime runs={data.runs} names={names} metric={shown} onMetric={onMetric} />;
  return (
    <>
      <Lines runs={data.runs} names={wanted} />
      {own.length < names.length && (
        <Text size="sm" className="muted" mt="xs">
          What the turns of loops measured is in the Metrics of each run, and where runs are compared.
        </Text>
      )}
    </>
  );
}

/** Metrics that are not of a turn of a loop, of which each would be another metric; all, where there are no others. */
function ofRuns(names: string[]): string[] {
  const found = names.filter((name) => withoutTurns(name) === name);
  return found.length ? found : names;
}

function Lines({ runs, names }: { runs: Parameters<typeof axesOfRuns>[0]; names: string[] }) {
  const option = useMemo(() => {
    const measured = runs.filter((run) => Object.keys(run.metrics).length);
    const lines = measured.map((run, place) => ({ name: run.name, color: chartColor(place) }));
    return parallel(axesOfRuns(measured, names), lines, false);
  }, [runs, names]);
  if (!option)
    return <Empty title="Nothing differs yet">Two runs with other parameters or metrics are needed here.</Empty>;
  return (
    <div className="card">
      <Chart option={option} height={420} label="Each run as a line over the parameters and metrics that differ" />
    </div>
  );
}
