import { Button, Checkbox, Popover, ScrollArea, Stack, Text, TextInput } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useState } from "react";

type Props = { parameters: string[]; metrics: string[]; columns: string[]; onChange: (columns: string[]) => void };

/** Which parameters and metrics stand as columns. */
export function ColumnChooser({ parameters, metrics, columns, onChange }: Props) {
  const [wanted, setWanted] = useState("");
  const match = (name: string) => name.toLowerCase().includes(wanted.toLowerCase());
  return (
    <Popover position="bottom-end" width={340} trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" size="sm" leftSection={<IconColumns3 size={16} aria-hidden />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns">
        <TextInput
          aria-label="Find a parameter or metric"
          placeholder="Find a parameter or metric"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
          mb="xs"
          data-autofocus
        />
        <ScrollArea.Autosize mah={380} type="auto">
          <Checkbox.Group value={columns} onChange={onChange}>
            <Names title="Metrics" kind="metric" names={metrics.filter(match)} />
            <Names title="Parameters" kind="param" names={parameters.filter(match)} />
          </Checkbox.Group>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}

function Names({ title, kind, names }: { title: string; kind: string; names: string[] }) {
  return (
    <Stack gap={6} mb="sm">
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {names.map((name) => (
        <Checkbox key={name} size="xs" value={`${kind}:${name}`} label={name} />
      ))}
      {!names.length && (
        <Text size="xs" className="muted">
          None among these runs.
        </Text>
      )}
    </Stack>
  );
}
