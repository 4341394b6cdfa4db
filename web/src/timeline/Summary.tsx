/** How long a run took, what that is due to, and what the cache saved: in words. */
import { IconBolt, IconClock, IconRoute } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Timeline } from "@/api/client";
import { percent, whole } from "@/format/numbers";
import { duration } from "@/format/time";
import classes from "./Timeline.module.css";

type Props = { timeline: Timeline; busy: number; took: number; steps: number; isGoing: boolean };

export function Summary({ timeline, busy, took, steps, isGoing }: Props) {
  const cached = timeline.rows.filter((row) => row.state === "CACHED" && row.kind === "RUNTIME").length;
  return (
    <div className={classes.summary}>
      <Fact icon={<IconClock size={16} aria-hidden />} value={duration(took / 1000)}>
        {isGoing ? "so far" : "from the first task to the last"}
      </Fact>
      {steps > 0 && (
        <Fact icon={<IconRoute size={16} aria-hidden />} value={duration(busy / 1000)}>
          of it on the critical path ({percent(Math.min(1, busy / Math.max(1, took)), 0)},{" "}
          {steps === 1 ? "1 task" : `${whole(steps)} tasks`})
        </Fact>
      )}
      {(timeline.saved > 0 || cached > 0) && (
        <Fact icon={<IconBolt size={16} aria-hidden />} value={duration(timeline.saved)} color="var(--cached)">
          saved by the cache
        </Fact>
      )}
    </div>
  );
}

function Fact(props: { icon: ReactNode; value: string; color?: string; children: ReactNode }) {
  return (
    <span className={classes.fact} style={{ color: props.color }}>
      {props.icon}
      <b className="number">{props.value}</b>
      <span className={props.color ? undefined : "muted"}>{props.children}</span>
    </span>
  );
}
