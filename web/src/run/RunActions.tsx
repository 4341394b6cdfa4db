import { ActionIcon, Button, Menu } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import {
  IconArchive,
  IconArchiveOff,
  IconCode,
  IconCopy,
  IconDots,
  IconGitCompare,
  IconLink,
  IconPlayerStop,
  IconPlayerTrackNext,
  IconRefresh,
} from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, body, type FullRun } from "@/api/client";
import { ENDED } from "@/parts/State";
import { useArchive } from "@/runs/useArchive";
import { AsCode } from "./AsCode";

const WORDS = { cancel: "terminate", retry: "retry", resume: "resume" } as const;
type Deed = keyof typeof WORDS;

/** What can be done with a run. */
export function RunActions({ run }: { run: FullRun }) {
  const [isCodeShown, setCodeShown] = useState(false);
  const clipboard = useClipboard();
  const deed = useDeed(run);
  const ended = ENDED.has(run.state);
  return (
    <>
      {!ended && (
        <Button
          size="xs"
          color="red"
          variant="light"
          leftSection={<IconPlayerStop size={15} aria-hidden />}
          loading={deed.isPending}
          disabled={run.cancel_requested || run.state === "CANCELING"}
          onClick={() => deed.mutate("cancel")}
        >
          {run.cancel_requested ? "Terminating…" : "Terminate"}
        </Button>
      )}
      {run.state === "FAILED" && (
        <Button
          size="xs"
          variant="light"
          leftSection={<IconRefresh size={15} aria-hidden />}
          loading={deed.isPending}
          onClick={() => deed.mutate("retry")}
        >
          Retry
        </Button>
      )}
      {run.state === "CANCELED" && (
        <Button
          size="xs"
          variant="light"
          leftSection={<IconPlayerTrackNext size={15} aria-hidden />}
          loading={deed.isPending}
          onClick={() => deed.mutate("resume")}
        >
          Resume
        </Button>
      )}
      <Button
        size="xs"
        variant="default"
        leftSection={<IconCopy size={15} aria-hidden />}
        renderRoot={(rest) => <Link {...rest} to="/runs/new" search={{ clone: run.id }} />}
      >
        Clone
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconGitCompare size={15} aria-hidden />}
        renderRoot={(rest) => <Link {...rest} to="/compare" search={{ runs: run.id }} />}
      >
        Compare
      </Button>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon size={30} variant="default" aria-label="More">
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCode size={15} aria-hidden />} onClick={() => setCodeShown(true)}>
            Copy as command, Python or curl
          </Menu.Item>
          <Menu.Item
            leftSection={<IconLink size={15} aria-hidden />}
            onClick={() => {
              clipboard.copy(window.location.href);
              notifications.show({ message: "The address of this view is copied." });
            }}
          >
            Copy link to this view
          </Menu.Item>
          <Shelve run={run} />
        </Menu.Dropdown>
      </Menu>
      <AsCode runId={run.id} opened={isCodeShown} onClose={() => setCodeShown(false)} />
    </>
  );
}

function useDeed(run: FullRun) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (deed: Deed) => body(post(deed, run.id)),
    onSuccess: () => client.invalidateQueries({ queryKey: ["run", run.id] }),
    onError: (error, deed) =>
      notifications.show({ color: "red", title: `Can't ${WORDS[deed]} this run`, message: error.message }),
  });
}

function post(deed: Deed, runId: string) {
  const params = { params: { path: { run_id: runId } } };
  switch (deed) {
    case "cancel":
      return api.POST("/apis/barograph/v1/runs/{run_id}:cancel", params);
    case "retry":
      return api.POST("/apis/barograph/v1/runs/{run_id}:retry", params);
    case "resume":
      return api.POST("/apis/barograph/v1/runs/{run_id}:resume", params);
  }
}

function Shelve({ run }: { run: FullRun }) {
  const archive = useArchive();
  const Icon = run.archived ? IconArchiveOff : IconArchive;
  return (
    <Menu.Item leftSection={<Icon size={15} aria-hidden />} onClick={() => archive([run.id], !run.archived)}>
      {run.archived ? "Take out of the archive" : "Archive"}
    </Menu.Item>
  );
}
