import { ActionIcon, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconTrash } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Remove } from "@/parts/Remove";
import { type RecurringRun, remove } from "./queries";

/** @param then What follows once it is deleted. */
export function DeleteButton({ of, then }: { of: RecurringRun; then?: () => void }) {
  const [open, { open: ask, close }] = useDisclosure(false);
  const client = useQueryClient();
  const act = async () => {
    await remove(of.id);
    then?.();
    await client.invalidateQueries({ queryKey: ["recurring-runs", "list"] });
  };
  return (
    <>
      <Tooltip label="Delete">
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Delete ${of.name}`} onClick={ask}>
          <IconTrash size={16} />
        </ActionIcon>
      </Tooltip>
      {open && (
        <Remove what="the recurring run" name={of.name} remove={act} close={close}>
          It starts no more runs. Those that it has started stay.
        </Remove>
      )}
    </>
  );
}
