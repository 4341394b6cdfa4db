/** Where an artifact comes from and what came of it, across runs. */
import { Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, body, type Lineage } from "@/api/client";
import { typeWord } from "@/graph/facts";
import { Failure } from "@/parts/Failure";
import { stateColor, stateWord } from "@/parts/State";
import { Wide } from "@/parts/Wide";
import classes from "./Artifacts.module.css";
import { CARD, type Placed, placed, sentence } from "./lineage";

export function LineageView({ artifactId }: { artifactId: string }) {
  const found = useQuery({
    queryKey: ["artifact", artifactId, "lineage"],
    queryFn: ({ signal }) =>
      body(
        api.GET("/apis/barograph/v1/artifacts/{artifact_id}/lineage", {
          params: { path: { artifact_id: artifactId }, query: { limit: 300 } },
          signal,
        }),
      ),
  });
  if (found.error) return <Failure error={found.error} what="The lineage" retry={() => found.refetch()} />;
  if (!found.data) return <Skeleton height={300} />;
  const lineage = found.data;
  const places = placed(lineage);
  const after = lineage.tasks.filter((task) => task.depth > 0);
  const runs = new Set(after.map((task) => task.run_id)).size;
  return (
    <Stack gap="sm">
      <Text>{sentence(lineage)}</Text>
      <Text size="sm" className="muted">
        {after.length
          ? `${after.length} tasks of ${runs} ${runs === 1 ? "run" : "runs"} were made from it.`
          : "Nothing was made from it yet."}
        {lineage.open.length > 0 && ` There is more behind ${lineage.open.length} of these: open one of them.`}
      </Text>
      <Wide className={`card ${classes.lineage}`} label="Lineage">
        <Drawing lineage={lineage} places={places} />
      </Wide>
    </Stack>
  );
}

function Drawing({ lineage, places }: { lineage: Lineage; places: Map<string, Placed> }) {
  const all = [...places.values()];
  const width = Math.max(...all.map((place) => place.x)) + CARD.width + 4;
  const height = Math.max(...all.map((place) => place.y)) + CARD.height + 4;
  const runs = new Map(lineage.runs.map((run) => [run.id, run.name]));
  return (
    <svg width={width} height={height}>
      <title>Artifacts and tasks, the first at the left</title>
      {lineage.edges.map((edge) => (
        <path
          key={`${edge.source} ${edge.target} ${edge.relation}`}
          className={classes.edge}
          data-relation={edge.relation}
          d={way(places.get(edge.source), places.get(edge.target))}
        />
      ))}
      {lineage.artifacts.map((each) => (
        <Link key={each.id} to="/artifacts/$artifactId" params={{ artifactId: each.id }} search={{ tab: "lineage" }}>
          <Card
            place={places.get(each.id)}
            label={each.name}
            sub={typeWord(each.type)}
            chosen={each.id === lineage.root}
            radius={20}
          />
        </Link>
      ))}
      {lineage.tasks.map((each) => (
        <Link key={each.id} to="/runs/$runId" params={{ runId: each.run_id }} search={{ node: each.path }}>
          <Card
            place={places.get(each.id)}
            label={each.path}
            sub={`${stateWord(each.state)}, ${runs.get(each.run_id) ?? ""}`}
            mark={<circle cx={14} cy={17} r={4} fill={stateColor(each.state)} />}
            radius={4}
          />
        </Link>
      ))}
    </svg>
  );
}

function Card(props: {
  place: Placed | undefined;
  label: string;
  sub: string;
  chosen?: boolean;
  radius: number;
  mark?: ReactNode;
}) {
  const { place, label, sub, chosen, radius, mark } = props;
  if (!place) return null;
  return (
    <g transform={`translate(${place.x + 2} ${place.y + 2})`}>
      <title>{`${label}: ${sub}`}</title>
      <rect
        className={classes.node}
        data-chosen={chosen || undefined}
        width={CARD.width}
        height={CARD.height}
        rx={radius}
      />
      {mark}
      <text className={classes.label} x={mark ? 24 : 16} y={21}>
        {cut(label, 22)}
      </text>
      <text className={classes.sub} x={mark ? 24 : 16} y={37}>
        {cut(sub, 28)}
      </text>
    </g>
  );
}

function way(from: Placed | undefined, to: Placed | undefined): string {
  if (!from || !to) return "";
  const [x1, y1] = [from.x + 2 + CARD.width, from.y + 2 + CARD.height / 2];
  const [x2, y2] = [to.x + 2, to.y + 2 + CARD.height / 2];
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
