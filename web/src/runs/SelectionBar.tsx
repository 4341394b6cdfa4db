import { Button, Group, Text } from "@mantine/core";
import { IconArchive, IconArchiveOff, IconColumns, IconX } from "@tabler/icons-react";
import { useArchive } from "./useArchive";

type Props = { selected: readonly string[]; archived: boolean; onClear: () => void; onCompare: () => void };

/** What can be done with the runs that are selected. */
export function SelectionBar({ selected, archived, onClear, onCompare }: Props) {
  const archive = useArchive();
  const put = async () => {
    await archive(selected, !archived);
    onClear();
  };
  return (
    <Group gap="xs" role="toolbar" aria-label="Selected runs" className="card" px="sm" py={6}>
      <Text size="sm" fw={600} aria-live="polite">
        {selected.length} selected
      </Text>
      <Button
        size="compact-md"
        leftSection={<IconColumns size={16} aria-hidden />}
        onClick={onCompare}
        disabled={selected.length < 2}
        title={selected.length < 2 ? "Select another run to compare with" : undefined}
      >
        Compare
      </Button>
      <Button
        size="compact-md"
        variant="default"
        leftSection={archived ? <IconArchiveOff size={16} aria-hidden /> : <IconArchive size={16} aria-hidden />}
        onClick={put}
      >
        {archived ? "Take out of the archive" : "Archive"}
      </Button>
      <Button size="compact-md" variant="subtle" leftSection={<IconX size={16} aria-hidden />} onClick={onClear}>
        Clear
      </Button>
    </Group>
  );
}
