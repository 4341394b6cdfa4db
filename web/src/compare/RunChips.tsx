import { ActionIcon, Badge, Button, Tooltip } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { RunHead } from "@/api/client";
import { State } from "@/parts/State";
import classes from "./Compare.module.css";
import { asBase } from "./differences";
import { letter, Mark } from "./marks";

type Props = { runs: RunHead[]; onChange: (ids: string[]) => void };

/** The compared runs, always in sight: which letter is which, and which one is the base. */
export function RunChips({ runs, onChange }: Props) {
  const ids = runs.map((run) => run.id);
  return (
    <ul className={`card ${classes.chips}`} aria-label="Compared runs" style={{ listStyle: "none", margin: 0 }}>
      {runs.map((run, place) => (
        <li key={run.id} className={classes.chip}>
          <Mark place={place} />
          <Link to="/runs/$runId" params={{ runId: run.id }} title={`${run.pipeline} · ${run.experiment}`}>
            {run.name}
          </Link>
          <State state={run.state} />
          {place === 0 ? (
            <Badge variant="default" size="sm" tt="none">
              base
            </Badge>
          ) : (
            <Tooltip label={`Compare the others with ${letter(place)}`}>
              <Button size="compact-xs" variant="default" onClick={() => onChange(asBase(ids, place))}>
                Make base
              </Button>
            </Tooltip>
          )}
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={`Take ${letter(place)}, ${run.name}, out`}
            onClick={() => onChange(ids.filter((id) => id !== run.id))}
          >
            <IconX size={14} />
          </ActionIcon>
        </li>
      ))}
    </ul>
  );
}
