import { ActionIcon, Group, TextInput, Tooltip } from "@mantine/core";
import {
  IconAlertCircle,
  IconArrowsMaximize,
  IconBox,
  IconFold,
  type IconProps,
  IconSearch,
  IconViewportTall,
} from "@tabler/icons-react";
import { type ComponentType, useState } from "react";
import classes from "./Graph.module.css";

export type ToolbarProps = {
  artifacts: boolean;
  onArtifacts: (shown: boolean) => void;
  hasGroups: boolean;
  onAll: (open: boolean) => void;
  onFit: () => void;
  onSearch: (text: string) => void;
  onFailed?: () => void;
};

export function Toolbar({ artifacts, onArtifacts, hasGroups, onAll, onFit, onSearch, onFailed }: ToolbarProps) {
  const [text, setText] = useState("");
  return (
    <div className={classes.tools} role="toolbar" aria-label="Graph">
      <Group gap={4}>
        <Tool label="Fit (f)" icon={IconArrowsMaximize} onClick={onFit} />
        <Tool
          label={artifacts ? "Hide artifacts (a)" : "Show artifacts (a)"}
          icon={IconBox}
          pressed={artifacts}
          onClick={() => onArtifacts(!artifacts)}
        />
        {hasGroups && <Tool label="Open all groups" icon={IconViewportTall} onClick={() => onAll(true)} />}
        {hasGroups && <Tool label="Fold all groups" icon={IconFold} onClick={() => onAll(false)} />}
        {onFailed && <Tool label="Next failed task (e)" icon={IconAlertCircle} onClick={onFailed} />}
      </Group>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) onSearch(text);
        }}
      >
        <TextInput
          size="xs"
          w="11rem"
          aria-label="Find a node"
          aria-keyshortcuts="/"
          placeholder="Find a node"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </form>
    </div>
  );
}

type ToolProps = { label: string; icon: ComponentType<IconProps>; pressed?: boolean; onClick: () => void };

function Tool({ label, icon: Icon, pressed, onClick }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={pressed ? "light" : "default"}
        size={30}
        aria-label={label.replace(/ \(.\)$/, "")}
        aria-pressed={pressed}
        onClick={onClick}
      >
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
