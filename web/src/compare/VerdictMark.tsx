/** How a verdict looks: an icon, a colour, and always words. */
import {
  IconBolt,
  IconCircleMinus,
  IconCirclePlus,
  IconCircleX,
  IconEqual,
  IconEqualNot,
  IconMinus,
  IconPlayerTrackNext,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Mark } from "@/graph/cards";
import { letter } from "./marks";
import classes from "./Verdicts.module.css";
import { ARTIFACT_NAMES, type Judged, NAMES, VERDICTS, type Verdict } from "./verdicts";

const LOOKS: Record<Verdict, { icon: typeof IconBolt; color: string }> = {
  failed: { icon: IconCircleX, color: "var(--bad)" },
  different: { icon: IconEqualNot, color: "var(--warn)" },
  gone: { icon: IconCircleMinus, color: "var(--skip)" },
  added: { icon: IconCirclePlus, color: "var(--skip)" },
  idle: { icon: IconPlayerTrackNext, color: "var(--wait)" },
  equal: { icon: IconEqual, color: "var(--ok)" },
  shared: { icon: IconBolt, color: "var(--cached)" },
  none: { icon: IconMinus, color: "var(--line)" },
};
/** Those that a legend explains. */
const TOLD: [Verdict, string?][] = [
  ["shared", "same execution, through the cache"],
  ["equal", "executed anew, same result"],
  ...([["different"], ["failed"], ["added"], ["gone"], ["idle"]] as [Verdict][]),
];

export function verdictName(verdict: Verdict, isArtifact = false): string {
  return (isArtifact && ARTIFACT_NAMES[verdict]) || NAMES[verdict];
}

export function VerdictIcon({ verdict, size = 16 }: { verdict: Verdict; size?: number }) {
  const { icon: Icon, color } = LOOKS[verdict];
  return <Icon size={size} color={color} aria-hidden style={{ flex: "none" }} />;
}

export function VerdictMark({ verdict, isArtifact }: { verdict: Verdict; isArtifact?: boolean }) {
  return (
    <span className={classes.mark} style={{ color: LOOKS[verdict].color }}>
      <VerdictIcon verdict={verdict} />
      {verdictName(verdict, isArtifact)}
    </span>
  );
}

export function Legend() {
  return (
    <ul className={classes.legend} aria-label="What the marks mean">
      {TOLD.map(([verdict, words]) => (
        <li key={verdict} className={classes.mark} style={{ color: LOOKS[verdict].color }}>
          <VerdictIcon verdict={verdict} />
          {words ?? NAMES[verdict]}
        </li>
      ))}
    </ul>
  );
}

/** What a node of the graph says: of each run but the base, how it differs from that. */
export function markOf({ verdicts, worst }: Judged, isArtifact: boolean): Mark {
  const others = grouped(verdicts);
  const label = others.map(({ verdict, letters }) => `${letters}: ${verdictName(verdict, isArtifact)}`).join(", ");
  const line: ReactNode =
    others.length === 1 ? (
      `${verdicts.length > 2 && others[0]!.letters.length < verdicts.length - 1 ? `${others[0]!.letters}: ` : ""}${verdictName(worst, isArtifact)}`
    ) : (
      <span className={classes.runs}>
        {others.map(({ verdict, letters }) => (
          <span key={verdict} title={`${letters}: ${verdictName(verdict, isArtifact)}`}>
            {letters}
            <VerdictIcon verdict={verdict} size={13} />
          </span>
        ))}
      </span>
    );
  return { tone: worst, color: LOOKS[worst].color, label, icon: <VerdictIcon verdict={worst} size={19} />, line };
}

/** The runs behind the base by what is said of them: `BD` are the same, `C` is another. */
function grouped(verdicts: readonly Verdict[]): { verdict: Verdict; letters: string }[] {
  return VERDICTS.flatMap((verdict) => {
    const letters = verdicts.map((each, place) => (place && each === verdict ? letter(place) : "")).join("");
    return letters && verdict !== "none" ? [{ verdict, letters }] : [];
  });
}
