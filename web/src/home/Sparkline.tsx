import { Link } from "@tanstack/react-router";
import type { KeyboardEvent } from "react";
import type { Trend } from "@/api/client";
import { short } from "@/format/numbers";
import { exact } from "@/format/time";
import { stateWord } from "@/parts/State";
import classes from "./Home.module.css";
import { type Dot, dotsOf, linesOf } from "./sparkline";

/** Space above and below the curve, in pixels; its dots must not be cut. */
const EDGE = 8;
const HEIGHT = 64;
/** Where runs without a value stand. */
const FLOOR = HEIGHT - EDGE + 2;

/** A pipeline's metric over its last runs, each a link. The last one is reached by Tab, the others by the arrows. */
export function Sparkline({ trend }: { trend: Trend }) {
  const dots = dotsOf(trend.points);
  const last = dots.findLast(({ y }) => y !== null);
  return (
    <svg className={classes.spark} width="100%" height={HEIGHT}>
      <title>{wordsOf(trend)}</title>
      {linesOf(dots).map(([one, other]) => (
        <line key={other.point.run_id} x1={across(one)} y1={down(one)} x2={across(other)} y2={down(other)} />
      ))}
      {dots.map((dot) => (
        <Link
          key={dot.point.run_id}
          to="/runs/$runId"
          params={{ runId: dot.point.run_id }}
          tabIndex={dot === last ? 0 : -1}
          aria-label={said(dot, trend.key)}
          onKeyDown={goAlong}
        >
          <title>{said(dot, trend.key)}</title>
          <Mark dot={dot} isLast={dot === last} />
        </Link>
      ))}
    </svg>
  );
}

function goAlong(event: KeyboardEvent<Element>) {
  const links = [...(event.currentTarget.parentElement?.querySelectorAll<SVGElement>("a") ?? [])];
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by) return;
  event.preventDefault();
  links[links.indexOf(event.currentTarget as SVGElement) + by]?.focus();
}

function Mark({ dot, isLast }: { dot: Dot; isLast: boolean }) {
  const { point } = dot;
  const place = { x: across(dot), y: down(dot) };
  if (dot.y === null)
    return (
      <text {...place} data-kind={point.state === "FAILED" ? "failed" : "none"}>
        {point.state === "FAILED" ? "×" : "·"}
      </text>
    );
  if (point.worse)
    return (
      <text {...place} data-kind="worse">
        ▼
      </text>
    );
  return <circle cx={place.x} cy={place.y} r={isLast ? 4.5 : 3} />;
}

const across = ({ x }: Dot) => `${2 + x * 96}%`;
const down = ({ y }: Dot) => (y === null ? FLOOR : EDGE + y * (HEIGHT - 3 * EDGE));

function said({ point }: Dot, key: string): string {
  const value = point.value === null ? stateWord(point.state).toLowerCase() : `${key} ${short(point.value)}`;
  const than = point.worse && point.before !== null ? `, worse than ${short(point.before)} before` : "";
  return `${point.name}: ${value}${than}\n${exact(point.at)}`;
}

function wordsOf({ key, points }: Trend): string {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const failed = points.filter(({ state }) => state === "FAILED").length;
  const runs = points.length === 1 ? "1 run" : `${points.length} runs`;
  return [
    `${key} over the last ${runs}`,
    values.length > 0 && `from ${short(values[0])} to ${short(values.at(-1))}`,
    failed > 0 && `${failed} failed`,
  ]
    .filter(Boolean)
    .join(", ");
}
