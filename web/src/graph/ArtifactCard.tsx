import { VisuallyHidden } from "@mantine/core";
import type { NodeProps } from "@xyflow/react";
import { type CardNode, useActions } from "./cards";
import { Ends } from "./Ends";
import { calledArtifact, fact, tone, typeWord } from "./facts";
import classes from "./Graph.module.css";
import { ArtifactIcon } from "./looks";

export function ArtifactCard({ data }: NodeProps<CardNode>) {
  const { select } = useActions();
  const { shown, isSelected, isTabStop, label, mark } = data;
  const artifact = shown.artifact!;
  const known = fact(artifact);
  const name = calledArtifact(artifact);
  return (
    <div
      className={`${classes.card} ${classes.artifact}`}
      data-type={tone(artifact.type)}
      data-made={mark !== undefined || artifact.made > 0}
      data-mark={mark?.tone}
      data-selected={isSelected || undefined}
      style={{ "--tint": mark?.color } as React.CSSProperties}
    >
      <Ends />
      <button
        type="button"
        className={classes.main}
        data-node={shown.id}
        tabIndex={isTabStop ? 0 : -1}
        aria-pressed={isSelected}
        onClick={() => select(shown.id)}
      >
        <VisuallyHidden>{label}</VisuallyHidden>
        <span className={classes.icon} aria-hidden>
          <ArtifactIcon artifact={artifact} />
        </span>
        <span className={classes.text} aria-hidden>
          <span className={classes.name} title={name}>
            {name}
          </span>
          <span className={`${classes.sub} ${classes.fact}`}>
            {mark ? (
              mark.line
            ) : (
              <>
                <span className={classes.word}>{known?.name || typeWord(artifact.type)}</span>
                {known && <span className={classes.value}>{known.value}</span>}
              </>
            )}
          </span>
        </span>
        {mark && (
          <span className={classes.badge} title={mark.label} aria-hidden>
            {mark.icon}
          </span>
        )}
      </button>
    </div>
  );
}
