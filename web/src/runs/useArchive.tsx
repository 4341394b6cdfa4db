import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import { type Pages, without } from "./list";

const set = (run_id: string, archived: boolean) =>
  archived
    ? api.POST("/apis/v2beta1/runs/{run_id}:archive", { params: { path: { run_id } } })
    : api.POST("/apis/v2beta1/runs/{run_id}:unarchive", { params: { path: { run_id } } });

/** Put runs aside, or take them back; a toast offers to undo it. */
export function useArchive() {
  const client = useQueryClient();

  async function turn(ids: readonly string[], archived: boolean) {
    const done = await Promise.allSettled(ids.map((id) => set(id, archived)));
    const failed = done.find((each) => each.status === "rejected");
    const changed = ids.filter((_, place) => done[place]?.status === "fulfilled");
    if (failed) {
      const message = failed.reason instanceof Error ? failed.reason.message : String(failed.reason);
      notifications.show({ color: "red", title: `${ids.length - changed.length} of ${ids.length} stay`, message });
    }
    return changed;
  }

  return async (ids: readonly string[], archived: boolean) => {
    const changed = await turn(ids, archived);
    if (!changed.length) return;
    const gone = new Set(changed);
    client.setQueriesData<Pages>({ queryKey: ["runs"], type: "active" }, (pages) => pages && without(pages, gone));
    client.removeQueries({ queryKey: ["runs"], type: "inactive" });
    void client.invalidateQueries({ queryKey: ["run"] });
    const idOf = (way: boolean) => `archived-${way}-${changed.join()}`;
    const id = idOf(archived);
    notifications.hide(idOf(!archived)); // what it offers to undo is undone
    const undo = async () => {
      notifications.hide(id);
      await turn(changed, !archived);
      void client.invalidateQueries({ queryKey: ["run"] });
      await client.resetQueries({ queryKey: ["runs"] });
    };
    const what = changed.length === 1 ? "1 run" : `${changed.length} runs`;
    notifications.show({
      id,
      autoClose: 8000,
      closeButtonProps: { "aria-label": "Close" },
      message: (
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm">{archived ? `${what} archived` : `${what} taken out of the archive`}</Text>
          <Button size="compact-sm" variant="default" onClick={undo}>
            Undo
          </Button>
        </Group>
      ),
    });
  };
}
