import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";

/** What a list is searched by; nothing is undefined, so that it does not stand in the address. */
export function SearchField(props: { label: string; value: string; onChange: (value: string | undefined) => void }) {
  const { label, value, onChange } = props;
  return (
    <TextInput
      type="search"
      aria-label={label}
      aria-keyshortcuts="/"
      placeholder="Search by name"
      leftSection={<IconSearch size={15} aria-hidden />}
      w={{ base: "100%", xs: 320 }}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}
