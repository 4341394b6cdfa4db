/** A state: always an icon and a word, never a colour alone. */
import {
  IconBan,
  IconBolt,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconLoader2,
  IconPlayerTrackNext,
} from "@tabler/icons-react";
import type { State as StateName } from "@/api/client";
import classes from "./State.module.css";

export const ENDED: ReadonlySet<StateName> = new Set(["SUCCEEDED", "SKIPPED", "FAILED", "CANCELED", "CACHED"]);

const LOOKS: Record<StateName, { color: string; icon: typeof IconBan; word: string }> = {
  PENDING: { color: "var(--wait)", icon: IconCircleDashed, word: "Pending" },
  RUNNING: { color: "var(--busy)", icon: IconLoader2, word: "Running" },
  SUCCEEDED: { color: "var(--ok)", icon: IconCircleCheck, word: "Succeeded" },
  CACHED: { color: "var(--cached)", icon: IconBolt, word: "Cached" },
  SKIPPED: { color: "var(--skip)", icon: IconPlayerTrackNext, word: "Skipped" },
  FAILED: { color: "var(--bad)", icon: IconCircleX, word: "Failed" },
  CANCELING: { color: "var(--warn)", icon: IconLoader2, word: "Canceling" },
  CANCELED: { color: "var(--warn)", icon: IconBan, word: "Canceled" },
};

export function stateWord(state: StateName): string {
  return LOOKS[state].word;
}

export function stateColor(state: StateName | null): string {
  return state ? LOOKS[state].color : "var(--line)";
}

/** The icon alone, for where the word stands beside it or in the element's label. */
export function StateIcon({ state, size = 16 }: { state: StateName; size?: number }) {
  const { icon: Icon, color } = LOOKS[state];
  const turning = state === "RUNNING" || state === "CANCELING";
  return <Icon size={size} color={color} aria-hidden className={turning ? classes.turning : undefined} />;
}

export function State({ state }: { state: StateName }) {
  return (
    <span className={classes.state} style={{ color: LOOKS[state].color }} data-state={state}>
      <StateIcon state={state} />
      {LOOKS[state].word}
    </span>
  );
}
