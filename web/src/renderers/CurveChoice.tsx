import { Group, MultiSelect, Select } from "@mantine/core";

type Props = {
  /** The columns that curves can be drawn over. */
  choices: string[];
  /** The one that they are. */
  x: string;
  onX: (x: string | undefined) => void;
  /** The columns that can be curves. */
  columns: string[];
  /** Those that are. */
  y: string[];
  onY: (y: string[]) => void;
};

/** Which columns of a table are drawn, and over which. */
export function CurveChoice({ choices, x, onX, columns, y, onY }: Props) {
  return (
    <Group gap="sm" align="end">
      <Select
        label="Over"
        size="xs"
        w={160}
        data={choices}
        value={x}
        onChange={(next) => onX(next ?? undefined)}
        allowDeselect={false}
      />
      <MultiSelect
        label="Curves"
        size="xs"
        maw={560}
        data={columns}
        value={y}
        onChange={onY}
        searchable
        clearable
        clearButtonProps={{ "aria-label": "Choose none" }}
      />
    </Group>
  );
}
