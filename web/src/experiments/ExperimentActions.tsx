import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconArchive, IconArchiveOff, IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { api, type ExperimentOutput } from "@/api/client";
import { Remove } from "@/parts/Remove";

/** Start a run in it, put it aside, remove it. */
export function ExperimentActions({ experiment }: { experiment: ExperimentOutput }) {
  const archived = experiment.storage_state === "ARCHIVED";
  const params = { path: { experiment_id: experiment.experiment_id } };
  const client = useQueryClient();
  const turn = useMutation({
    mutationFn: (away: boolean) =>
      away
        ? api.POST("/apis/v2beta1/experiments/{experiment_id}:archive", { params })
        : api.POST("/apis/v2beta1/experiments/{experiment_id}:unarchive", { params }),
    onSuccess: (_, away) => {
      client.invalidateQueries({ queryKey: ["experiments"] });
      client.resetQueries({ queryKey: ["runs"] });
      const message = away ? "It is archived with its runs." : "It is back. Its runs stay in the archive.";
      notifications.show({ message });
    },
    onError: (error) => notifications.show({ color: "red", title: "The experiment stays", message: error.message }),
  });
  return (
    <>
      {!archived && (
        <Button
          leftSection={<IconPlus size={16} aria-hidden />}
          renderRoot={(rest) => <Link {...rest} to="/runs/new" search={{ experiment: experiment.display_name }} />}
        >
          New run
        </Button>
      )}
      <Button
        variant="default"
        loading={turn.isPending}
        leftSection={archived ? <IconArchiveOff size={16} aria-hidden /> : <IconArchive size={16} aria-hidden />}
        onClick={() => turn.mutate(!archived)}
      >
        {archived ? "Take out of the archive" : "Archive"}
      </Button>
      <Delete experiment={experiment} />
    </>
  );
}

function Delete({ experiment }: { experiment: ExperimentOutput }) {
  const [open, { open: ask, close }] = useDisclosure();
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = async () => {
    await api.DELETE("/apis/v2beta1/experiments/{experiment_id}", {
      params: { path: { experiment_id: experiment.experiment_id } },
    });
    await navigate({ to: "/experiments" });
    await client.invalidateQueries({ queryKey: ["experiments"] });
  };
  return (
    <>
      <Button variant="default" leftSection={<IconTrash size={16} aria-hidden />} onClick={ask}>
        Delete
      </Button>
      {open && (
        <Remove what="the experiment" name={experiment.display_name} remove={remove} close={close}>
          Its runs stay, in the experiment Default. This can't be undone; to put it out of sight with its runs, archive
          it.
        </Remove>
      )}
    </>
  );
}
