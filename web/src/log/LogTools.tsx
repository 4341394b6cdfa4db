/** What can be done with a log: seek in it, follow it, choose its attempt, wrap, copy and save it. */
import { ActionIcon, Button, NativeSelect, TextInput, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import {
  IconArrowBarToDown,
  IconArrowBarToUp,
  IconBug,
  IconCheck,
  IconChevronDown,
  IconChevronUp,
  IconCopy,
  IconDownload,
  IconPlayerPause,
  IconPlayerPlay,
  IconSearch,
  IconTextWrap,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { whole } from "@/format/numbers";
import classes from "./Log.module.css";

type Tools = {
  sought: string;
  onSought: (sought: string) => void;
  /** Which of the lines found one stands at, from 0; -1 for none of them. */
  at: number;
  count: number;
  /** Whether not all of the log is loaded: only lines of what is are counted. */
  isPart: boolean;
  isSeeking: boolean;
  /** Whether it was sought in all of the log, and is nowhere in it. */
  isMissing: boolean;
  onStep: (by: 1 | -1) => void;
  attempt: number;
  attempts: number;
  onAttempt: (attempt: number) => void;
  live: boolean;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  wrap: boolean;
  onWrap: (wrap: boolean) => void;
  onError: (() => void) | null;
  onStart: () => void;
  onEnd: () => void;
  text: () => string;
  download: string;
};

export function LogTools(tools: Tools) {
  const { sought, count, isPart, attempts, live, follow, wrap, onError } = tools;
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <div className={classes.bar} role="toolbar" aria-label="Log">
      <TextInput
        aria-label="Search in the log"
        aria-keyshortcuts="/"
        placeholder="Search"
        size="xs"
        w="11rem"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={sought}
        onChange={(event) => tools.onSought(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") tools.onStep(event.shiftKey ? -1 : 1);
          if (event.key === "Escape" && sought) {
            event.stopPropagation();
            tools.onSought("");
          }
        }}
      />
      {sought && (
        <>
          <span className="number muted" role="status" style={{ fontSize: "0.75rem" }}>
            {foundWords(tools)}
          </span>
          <Tool label="Previous match (Shift Enter)" onClick={() => tools.onStep(-1)} disabled={!count && !isPart}>
            <IconChevronUp size={15} />
          </Tool>
          <Tool label="Next match (Enter)" onClick={() => tools.onStep(1)} disabled={!count && !isPart}>
            <IconChevronDown size={15} />
          </Tool>
        </>
      )}
      {onError && (
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconBug size={14} color="var(--bad)" aria-hidden />}
          onClick={onError}
        >
          First error
        </Button>
      )}
      {attempts > 1 && (
        <NativeSelect
          aria-label="Attempt"
          size="xs"
          value={String(tools.attempt)}
          onChange={(event) => tools.onAttempt(Number(event.currentTarget.value))}
          data={Array.from({ length: attempts }, (_, place) => ({
            value: String(place + 1),
            label: `Attempt ${place + 1} of ${attempts}`,
          }))}
        />
      )}
      <span style={{ flex: 1 }} />
      {live && (
        <Button
          size="compact-xs"
          variant={follow ? "light" : "default"}
          aria-pressed={follow}
          onClick={() => tools.onFollow(!follow)}
          leftSection={follow ? <IconPlayerPause size={13} aria-hidden /> : <IconPlayerPlay size={13} aria-hidden />}
        >
          {follow ? "Following" : "Follow"}
        </Button>
      )}
      <Tool label="To the beginning" onClick={tools.onStart}>
        <IconArrowBarToUp size={15} />
      </Tool>
      <Tool label="To the end" onClick={tools.onEnd}>
        <IconArrowBarToDown size={15} />
      </Tool>
      <Tool label="Wrap long lines" pressed={wrap} onClick={() => tools.onWrap(!wrap)}>
        <IconTextWrap size={15} />
      </Tool>
      <Tool label="Copy the lines that are loaded" onClick={() => clipboard.copy(tools.text())}>
        {clipboard.copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
      </Tool>
      <Tooltip label="Download the log">
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          component="a"
          href={tools.download}
          aria-label="Download the log"
        >
          <IconDownload size={15} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

function foundWords({ at, count, isPart, isSeeking, isMissing }: Tools): string {
  if (isSeeking) return "searching…";
  if (!count) return isPart && !isMissing ? "not in what is loaded" : "not found";
  const place = at < 0 ? "" : `${whole(at + 1)} of `;
  return `${place}${whole(count)} ${isPart ? "loaded " : ""}line${count === 1 ? "" : "s"}`;
}

function Tool(props: {
  label: string;
  pressed?: boolean;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <Tooltip label={props.label}>
      <ActionIcon
        variant={props.pressed ? "light" : "subtle"}
        color={props.pressed ? "blue" : "gray"}
        size="sm"
        aria-label={props.label}
        aria-pressed={props.pressed}
        disabled={props.disabled}
        onClick={props.onClick}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}
