/** What stays above the bars: the time, and the critical path on the same scale. */
import { duration } from "@/format/time";
import { stateColor } from "@/parts/State";
import { nameOf, placed, type Span, type Step, shareOf } from "./geometry";
import classes from "./Timeline.module.css";

/** Where, as a share of the width, there is no more room for a tick's label. */
const LAST_LABEL = 0.94;

type Props = {
  span: Span;
  ticks: { at: number; label: string }[];
  dragged: { from: number; to: number } | null;
  steps: Step[];
  busy: number;
  selected?: string;
  onSelect: (path: string) => void;
};

export function Axis({ span, ticks, dragged, steps, busy, selected, onSelect }: Props) {
  return (
    <thead>
      <tr className={classes.axis} aria-rowindex={1}>
        <th scope="col">Task</th>
        <th scope="col" className={classes.took}>
          Duration
        </th>
        <th scope="col" className={classes.track} aria-label="Time since the run began" data-track>
          {ticks.map((tick) => (
            <span
              key={tick.at}
              className={`${classes.tick} number`}
              style={{ left: `${shareOf(tick.at, span) * 100}%` }}
            >
              {shareOf(tick.at, span) < LAST_LABEL && tick.label}
            </span>
          ))}
          {dragged && (
            <span
              className={classes.dragged}
              style={{
                left: `${Math.min(dragged.from, dragged.to) * 100}%`,
                width: `${Math.abs(dragged.to - dragged.from) * 100}%`,
              }}
            />
          )}
        </th>
      </tr>
      {steps.length > 0 && (
        <tr className={classes.path} aria-rowindex={2}>
          <th scope="row">Critical path</th>
          <td className={`${classes.took} number`}>{duration(busy / 1000)}</td>
          <td className={classes.track} data-track>
            {steps.map((step) => (
              <StepBar
                key={step.row.path}
                {...{ step, span }}
                selected={step.row.path === selected}
                onSelect={() => onSelect(step.row.path)}
              />
            ))}
          </td>
        </tr>
      )}
    </thead>
  );
}

function StepBar(props: { step: Step; span: Span; selected: boolean; onSelect: () => void }) {
  const { step, span, selected, onSelect } = props;
  const { left, width } = placed(step, span);
  // What begins before what is seen is written where it is seen.
  const from = Math.max(0, left);
  const to = Math.min(1, left + width);
  if (from > 1 || to < 0) return null;
  const said = `${nameOf(step.row)}, ${duration((step.to - step.from) / 1000)}`;
  return (
    <button
      type="button"
      className={classes.step}
      title={`${step.row.path}: ${duration((step.to - step.from) / 1000)}`}
      aria-label={`On the critical path: ${said}`}
      aria-pressed={selected}
      style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%`, background: stateColor(step.row.state) }}
      onClick={onSelect}
    >
      {nameOf(step.row)} <span className="number">{duration((step.to - step.from) / 1000)}</span>
    </button>
  );
}
