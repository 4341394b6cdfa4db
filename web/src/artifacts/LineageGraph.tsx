/** A lineage as a graph: artifacts, and between them the tasks that made one of others. Its ends can be opened. */
import { Button, Group, Text } from "@mantine/core";
import { IconMinus, IconPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type CSSProperties, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { Lineage, LineageArtifact, LineageTask } from "@/api/client";
import { whole } from "@/format/numbers";
import { typeWord } from "@/graph/facts";
import { ArtifactIcon } from "@/graph/looks";
import { StateIcon, stateWord } from "@/parts/State";
import { Wide } from "@/parts/Wide";
import { numberOf } from "@/renderers/turns";
import classes from "./Lineage.module.css";
import { type Folds, foldName, type Shown, shown, type Way } from "./lineage";
import { CARD, type Place, placed } from "./lineage-places";

const WORDS = { up: "What it comes from", down: "What came of it" };

export function LineageGraph({ found }: { found: Lineage }) {
  const [folds, setFolds] = useState<Folds>({});
  const [all, setAll] = useState<ReadonlySet<string>>(new Set());
  const drawn = useMemo(() => shown(found, folds, all), [found, folds, all]);
  const places = useMemo(() => placed(drawn), [drawn]);
  const runs = useMemo(() => new Map(found.runs.map((run) => [run.id, run.name])), [found]);
  const spots = [...places.values()];
  const width = Math.max(...spots.map(({ x }) => x)) + CARD.width;
  const height = Math.max(...spots.map(({ y }) => y)) + CARD.height;
  const left = [...drawn.left];
  return (
    <>
      <Wide className={`card ${classes.lineage}`} label="Lineage">
        <div className={classes.plane} style={{ width, height }}>
          <svg width={width} height={height} aria-hidden>
            {drawn.edges.map((edge) => (
              <path
                key={`${edge.source} ${edge.target}`}
                className={classes.edge}
                d={way(places.get(edge.source), places.get(edge.target))}
              />
            ))}
          </svg>
          {drawn.artifacts.map((artifact) => (
            <ArtifactCard
              key={artifact.id}
              artifact={artifact}
              place={places.get(artifact.id)}
              isRoot={artifact.id === found.root}
              drawn={drawn}
              onFold={(name, open) => setFolds({ ...folds, [name]: open })}
            />
          ))}
          {drawn.groups.map((group) => (
            <button
              key={group.id}
              type="button"
              className={classes.card}
              data-artifact
              style={at(places.get(group.id))}
              title={group.artifacts.map(({ name }) => name).join(", ")}
              onClick={() => setAll(new Set([...all, group.id]))}
            >
              <IconPlus size={16} aria-hidden />
              <span className={classes.words}>
                <b>{group.artifacts.length} artifacts</b>
                <span className="muted">{group.artifacts.map(({ name }) => name).join(", ")}</span>
              </span>
            </button>
          ))}
          {drawn.tasks.map((task) => (
            <TaskCard key={task.id} task={task} place={places.get(task.id)} run={runs.get(task.run_id) ?? ""} />
          ))}
        </div>
      </Wide>
      <Group gap="sm">
        <Text size="sm" className="muted">
          Round cards are artifacts, square ones the tasks that made them. Plus and minus open and close what is behind
          an artifact.
        </Text>
        {left.map(([name, count]) => (
          <Button key={name} size="compact-xs" variant="default" onClick={() => setAll(new Set([...all, name]))}>
            Show {whole(count)} more tasks that used {nameOf(found, name)}
          </Button>
        ))}
        {found.open.length > 0 && (
          <Text size="sm" className="muted">
            It goes on farther than is looked here: open the lineage of one of the outermost artifacts.
          </Text>
        )}
      </Group>
    </>
  );
}

type CardProps = {
  artifact: LineageArtifact;
  place: Place | undefined;
  isRoot: boolean;
  drawn: Shown;
  onFold: (name: string, open: boolean) => void;
};

function ArtifactCard({ artifact, place, isRoot, drawn, onFold }: CardProps) {
  const fold = (way: Way): ReactNode => {
    const name = foldName(way, artifact.id);
    const behind = drawn.behind.get(name);
    if (!behind) return null;
    const Icon = behind.open ? IconMinus : IconPlus;
    return (
      <button
        type="button"
        className={classes.fold}
        data-way={way}
        aria-expanded={behind.open}
        aria-label={`${WORDS[way]}, ${artifact.name}: ${whole(behind.count)} ${behind.count === 1 ? "task" : "tasks"}`}
        title={`${WORDS[way]}: ${whole(behind.count)} ${behind.count === 1 ? "task" : "tasks"}`}
        onClick={() => onFold(name, !behind.open)}
      >
        <Icon size={12} aria-hidden />
      </button>
    );
  };
  const card = useRef<HTMLDivElement>(null);
  // Once: where somebody has scrolled to stays.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only where it stands at first
  useEffect(() => {
    const box = isRoot && card.current?.closest("section");
    if (box && place)
      box.scrollTo({
        left: place.x - (box.clientWidth - CARD.width) / 2,
        top: place.y - (box.clientHeight - CARD.height) / 2,
      });
  }, []);
  return (
    <div ref={card} className={classes.card} data-artifact data-root={isRoot || undefined} style={at(place)}>
      <ArtifactIcon artifact={artifact} size={18} />
      <div className={classes.words}>
        <Link
          to="/artifacts/$artifactId"
          params={{ artifactId: artifact.id }}
          search={{ tab: "lineage" }}
          aria-current={isRoot ? "page" : undefined}
          title={artifact.name}
        >
          {artifact.name}
        </Link>
        <span className="muted">{isRoot ? `this ${typeWord(artifact.type)}` : typeWord(artifact.type)}</span>
      </div>
      {fold("up")}
      {fold("down")}
    </div>
  );
}

function TaskCard({ task, place, run }: { task: LineageTask; place: Place | undefined; run: string }) {
  return (
    <div className={classes.card} style={at(place)}>
      <StateIcon state={task.state} size={16} />
      <div className={classes.words}>
        <Link
          to="/runs/$runId"
          params={{ runId: task.run_id }}
          search={{ node: task.path }}
          title={`${task.path}, ${stateWord(task.state)}`}
        >
          {taskWords(task.path)}
        </Link>
        <span className="muted" title={run}>
          {run}
        </span>
      </div>
    </div>
  );
}

/** A task's name without the groups that it is in, but with the turns. */
function taskWords(path: string): string {
  const name = path.slice(path.lastIndexOf(".") + 1);
  const turn = numberOf(path);
  return turn ? `${name}, turn ${turn}` : name;
}

function at(place: Place | undefined): CSSProperties {
  return { left: place?.x ?? 0, top: place?.y ?? 0, width: CARD.width, height: CARD.height };
}

function way(from: Place | undefined, to: Place | undefined): string {
  if (!from || !to) return "";
  const [x1, y1] = [from.x + CARD.width, from.y + CARD.height / 2];
  const [x2, y2] = [to.x, to.y + CARD.height / 2];
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

function nameOf(found: Lineage, fold: string): string {
  const id = fold.slice(fold.indexOf(" ") + 1);
  return found.artifacts.find((each) => each.id === id)?.name ?? "";
}
