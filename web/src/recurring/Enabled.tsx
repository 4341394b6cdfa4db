/** Whether a recurring run starts runs; and letting it, or not. */
import { Switch } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { enable, type RecurringRun } from "./queries";

export function Enabled({ of }: { of: RecurringRun }) {
  const client = useQueryClient();
  const switching = useMutation({
    mutationFn: (enabled: boolean) => enable(of.id, enabled),
    onError: (error) => notifications.show({ color: "red", title: "It can't be switched", message: error.message }),
    onSettled: () => client.invalidateQueries({ queryKey: ["recurring-runs"] }),
  });
  const shown = switching.isPending ? switching.variables : of.enabled;
  return (
    <Switch
      aria-label={`${of.name} is enabled`}
      label={shown ? "Enabled" : "Disabled"}
      checked={shown}
      disabled={switching.isPending}
      onChange={(event) => switching.mutate(event.currentTarget.checked)}
    />
  );
}
