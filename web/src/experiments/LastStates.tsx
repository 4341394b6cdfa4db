import { Group, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { StateIcon, stateWord } from "@/parts/State";
import { newestQuery } from "./queries";

const COUNT = 5;

/** How the last runs of an experiment ended, the newest last. */
export function LastStates({ experimentId }: { experimentId: string }) {
  const { data } = useQuery(newestQuery(experimentId, COUNT));
  if (!data) return null;
  if (!data.runs.length) return <span className="muted">no runs</span>;
  return (
    <Group gap={4} wrap="nowrap">
      {[...data.runs].reverse().map((run) => (
        <Tooltip key={run.id} label={`${run.name}: ${stateWord(run.state)}`}>
          <Link
            to="/runs/$runId"
            params={{ runId: run.id }}
            aria-label={`${run.name}: ${stateWord(run.state)}`}
            style={{ display: "inline-flex" }}
          >
            <StateIcon state={run.state} size={18} />
          </Link>
        </Tooltip>
      ))}
    </Group>
  );
}
