/** What the palette offers. Pure. */
import type { LinkProps } from "@tanstack/react-router";
import type { Hits } from "@/api/client";
import { GO } from "./keys";

export type Icon = "go" | "start" | "run" | "pipeline" | "version" | "experiment" | "artifact" | "theme" | "help";
export type Deed = { link: LinkProps } | { deed: "theme" | "help" };
export type Entry = { id: string; icon: Icon; label: string; hint: string } & Deed;
export type Section = { title: string; entries: Entry[] };

const COMMANDS: Entry[] = [
  { id: "start", icon: "start", label: "New run", hint: "", link: { to: "/runs/new" } },
  ...Object.entries(GO).map(
    ([key, { to, label }]): Entry => ({
      id: `go ${key}`,
      icon: "go",
      label: `Go to ${label}`,
      hint: `g ${key}`,
      link: { to },
    }),
  ),
  { id: "theme", icon: "theme", label: "Light or dark colours", hint: "", deed: "theme" },
  { id: "help", icon: "help", label: "Keys", hint: "?", deed: "help" },
];

/** What fits the words of `q`: first what was found on the server, then commands. Without words, the commands. */
export function sections(q: string, hits: Hits | undefined): Section[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const commands = COMMANDS.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  const found = words.length && hits ? ofHits(hits) : [];
  return [...found, { title: "Commands", entries: commands }].filter(({ entries }) => entries.length > 0);
}

function ofHits({ runs, pipelines, versions, experiments, artifacts }: Hits): Section[] {
  return [
    {
      title: "Runs",
      entries: runs.map((each) => ({
        id: each.id,
        icon: "run",
        label: each.name,
        hint: [each.state.toLowerCase(), each.pipeline, each.experiment, each.archived ? "archived" : ""]
          .filter(Boolean)
          .join(" · "),
        link: { to: "/runs/$runId", params: { runId: each.id } },
      })),
    },
    {
      title: "Pipelines",
      entries: pipelines.flatMap(({ id, display_name, name, description }): Entry[] => [
        {
          id,
          icon: "pipeline",
          label: display_name || name,
          hint: description,
          link: { to: "/pipelines/$pipelineId", params: { pipelineId: id } },
        },
        {
          id: `start ${id}`,
          icon: "start",
          label: `New run of ${display_name || name}`,
          hint: "",
          link: { to: "/runs/new", search: { pipeline: id } },
        },
      ]),
    },
    {
      title: "Versions",
      entries: versions.map((each) => ({
        id: each.id,
        icon: "version",
        label: each.name,
        hint: `of ${each.pipeline}`,
        link: { to: "/pipelines/$pipelineId", params: { pipelineId: each.pipeline_id }, search: { version: each.id } },
      })),
    },
    {
      title: "Experiments",
      entries: experiments.map((each) => ({
        id: each.id,
        icon: "experiment",
        label: each.name,
        hint: each.description,
        link: { to: "/experiments/$experimentId", params: { experimentId: each.id } },
      })),
    },
    {
      title: "Artifacts",
      entries: artifacts.map((each) => ({
        id: each.id,
        icon: "artifact",
        label: each.name,
        hint: each.type,
        link: { to: "/artifacts/$artifactId", params: { artifactId: each.id } },
      })),
    },
  ];
}
