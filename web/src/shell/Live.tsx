/** Whether what is shown is told at once: one stream of all runs for the whole app. */
import { Tooltip } from "@mantine/core";
import { IconBroadcast, IconPlugConnectedX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useHappenings, useHappeningsStream } from "@/api/happenings";
import { throttled } from "@/api/live";
import classes from "./Shell.module.css";

/** What a run that goes on changes, by its query's key. Lists of runs and a run's page listen for themselves. */
const CHANGING = ["last-run", "recurring-runs"];

export function Live() {
  const client = useQueryClient();
  const [live, setLive] = useState<boolean | null>(null);
  const renew = useMemo(
    () => throttled(() => CHANGING.forEach((key) => void client.invalidateQueries({ queryKey: [key] })), 1000),
    [client],
  );
  useHappeningsStream(setLive);
  useHappenings({ run: renew });
  const Icon = live === false ? IconPlugConnectedX : IconBroadcast;
  const said = live === false ? "The connection was lost; it is being made again" : "Runs are shown as they go on";
  return (
    <Tooltip label={said}>
      <span className={classes.live} data-live={live ?? undefined} role="status">
        {live !== null && (
          <>
            <Icon size={15} aria-hidden />
            <span>{live ? "Live" : "Reconnecting…"}</span>
          </>
        )}
      </span>
    </Tooltip>
  );
}
