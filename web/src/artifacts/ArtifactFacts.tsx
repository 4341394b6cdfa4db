import { Anchor, Stack, Title } from "@mantine/core";
import type { ReactNode } from "react";
import type { ArtifactRecord } from "@/api/client";
import { contentUrl } from "@/api/queries";
import { bytes, written } from "@/format/numbers";
import { Copy, Digest } from "@/parts/Copy";
import { Time } from "@/parts/Time";
import { countsIn } from "@/renderers/classes";
import classes from "./Artifacts.module.css";

const FOLDER = "inode/directory";
const PLACES: Record<ArtifactRecord["place"], string> = {
  here: "",
  remote: "in an object store",
  gone: "the record has it, but the file is no longer there",
  elsewhere: "elsewhere on the machine, where it is not shown",
  none: "it has no content but its metadata",
};
/** What metrics say of themselves is shown as metrics; how many examples a class has, with the content. */
const SHOWN_ELSEWHERE = /Metrics$/;

/** What is recorded of an artifact. */
export function ArtifactFacts({ artifact }: { artifact: ArtifactRecord }) {
  const facts: [string, ReactNode][] = [
    [
      "Address",
      <span key="uri" className="mono">
        {artifact.uri} <Copy value={artifact.uri} label="Copy the address" />
      </span>,
    ],
    ["Digest", <Digest key="digest" digest={artifact.digest} />],
  ];
  if (artifact.size !== null)
    facts.push([
      "Content",
      <span key="content">
        {bytes(artifact.size)}, {artifact.media_type === FOLDER ? "a folder" : artifact.media_type}{" "}
        {artifact.place === "here" && (
          <Anchor size="sm" underline="always" href={contentUrl(artifact.id, "", true)}>
            Download {artifact.file_name}
          </Anchor>
        )}
      </span>,
    ]);
  if (PLACES[artifact.place]) facts.push(["Where", PLACES[artifact.place]]);
  facts.push(["Made", <Time key="made" at={artifact.created_at} />]);
  const counted = countsIn(artifact.metadata)?.name;
  const metadata = SHOWN_ELSEWHERE.test(artifact.type)
    ? []
    : Object.entries(artifact.metadata).filter(([name]) => name !== counted);
  return (
    <Stack gap={6} component="section">
      <Title order={3} size="h6">
        Record
      </Title>
      <table className={classes.facts}>
        <tbody>
          {facts.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
          {metadata.map(([name, value]) => (
            <tr key={`metadata ${name}`}>
              <th scope="row" className="mono">
                {name}
              </th>
              <td className="mono">{written(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Stack>
  );
}
