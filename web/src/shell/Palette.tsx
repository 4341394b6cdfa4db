/** Search in all that is recorded, and commands: a combobox in a dialog. */
import { Loader, Modal, Text, TextInput, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import {
  IconArrowRight,
  IconBox,
  IconContrast,
  IconFlask2,
  IconHelp,
  IconPlayerPlay,
  IconPlus,
  IconRoute,
  IconSearch,
  IconTag,
} from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useState } from "react";
import { api, body } from "@/api/client";
import { type Entry, type Icon, sections } from "./entries";
import classes from "./Palette.module.css";

const ICONS: Record<Icon, typeof IconBox> = {
  go: IconArrowRight,
  start: IconPlus,
  run: IconPlayerPlay,
  pipeline: IconRoute,
  version: IconTag,
  experiment: IconFlask2,
  artifact: IconBox,
  theme: IconContrast,
  help: IconHelp,
};
const LIST = "palette-list";
const idOf = (index: number) => `palette-${index}`;

export default function Palette({ close, help }: { close: () => void; help: () => void }) {
  const [q, setQ] = useState("");
  const [active, setActive] = useState(0);
  const [asked] = useDebouncedValue(q.trim(), 150);
  const { data, isFetching, error } = useQuery({
    queryKey: ["search", asked],
    queryFn: ({ signal }) =>
      body(api.GET("/apis/barograph/v1/search", { params: { query: { q: asked, limit: 6 } }, signal })),
    enabled: asked !== "",
    placeholderData: keepPreviousData,
  });
  const shown = sections(q, data);
  const entries = shown.flatMap((section) => section.entries);
  const at = Math.min(active, entries.length - 1);
  const choose = useChoose(close, help);

  useEffect(() => {
    document.getElementById(idOf(at))?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const press = (event: KeyboardEvent) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Enter: at }[event.key];
    if (to === undefined || !entries.length) return;
    event.preventDefault();
    const entry = entries[at];
    if (event.key === "Enter") entry && choose(entry);
    else setActive((to + entries.length) % entries.length);
  };

  return (
    <Modal
      opened
      onClose={close}
      withCloseButton={false}
      padding={0}
      size="lg"
      yOffset="10vh"
      attributes={{ content: { "aria-label": "Search" } }}
    >
      <TextInput
        data-autofocus
        value={q}
        onChange={(event) => {
          setQ(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={press}
        placeholder="Search runs, pipelines, artifacts… or type a command"
        aria-label="Search or command"
        role="combobox"
        aria-expanded={entries.length > 0}
        aria-controls={LIST}
        aria-activedescendant={entries.length ? idOf(at) : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        variant="unstyled"
        size="md"
        px="sm"
        leftSection={<IconSearch size={17} aria-hidden />}
        rightSection={isFetching ? <Loader size="xs" aria-label="Searching" /> : null}
      />
      <div id={LIST} role="listbox" aria-label="Found" className={classes.list}>
        {shown.map(({ title, entries: own }) => (
          // biome-ignore lint/a11y/useSemanticElements: a listbox's group is no fieldset
          <div key={title} role="group" aria-label={title}>
            <div className={classes.title} aria-hidden>
              {title}
            </div>
            {own.map((entry) => {
              const index = entries.indexOf(entry);
              return (
                <Option
                  key={entry.id}
                  entry={entry}
                  index={index}
                  active={index === at}
                  onPoint={() => setActive(index)}
                  onChoose={() => choose(entry)}
                />
              );
            })}
          </div>
        ))}
      </div>
      {error ? (
        <Text p="sm" size="sm" style={{ color: "var(--bad)" }} role="alert">
          {error.message}
        </Text>
      ) : (
        entries.length === 0 && (
          <Text p="sm" size="sm" className="muted" role="status">
            Nothing goes by that. Search for a part of a name, or the beginning of an id or a digest.
          </Text>
        )
      )}
    </Modal>
  );
}

function useChoose(close: () => void, help: () => void) {
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme("light") === "dark";
  return (entry: Entry) => {
    close();
    if ("link" in entry) navigate(entry.link);
    else if (entry.deed === "help") help();
    else setColorScheme(dark ? "light" : "dark");
  };
}

type OptionProps = { entry: Entry; index: number; active: boolean; onPoint: () => void; onChoose: () => void };

function Option({ entry, index, active, onPoint, onChoose }: OptionProps) {
  const Icon = ICONS[entry.icon];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox has the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the combobox has the focus
    <div
      id={idOf(index)}
      role="option"
      aria-selected={active}
      className={classes.option}
      onPointerMove={onPoint}
      onClick={onChoose}
    >
      <Icon size={16} aria-hidden />
      <span className={classes.label}>{entry.label}</span>
      <span className={classes.hint}>{entry.hint}</span>
    </div>
  );
}
