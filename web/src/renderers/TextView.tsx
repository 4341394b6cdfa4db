/** Text, as what it is: a report, Markdown, JSON, or lines. */
import { Anchor, Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import type { ArtifactRecord, TextPreview } from "@/api/client";
import { contentUrl } from "@/api/queries";
import { bytes, whole } from "@/format/numbers";
import { Verbatim } from "@/parts/Verbatim";
import { Json, parsed } from "./Json";
import { Markdown } from "./Markdown";
import classes from "./Views.module.css";

type Way = "shown" | "source";

type Props = {
  artifact: ArtifactRecord;
  path: string;
  found: TextPreview;
  /** Asks for more of a text that was cut; nothing where all that is given is there. */
  onMore?: () => void;
};

export function TextView({ artifact, path, found, onMore }: Props) {
  const [way, setWay] = useState<Way>("shown");
  // Of a text of a megabyte, once.
  const json = useMemo(
    () => (found.media_type === "application/json" && !found.truncated ? parsed(found.text) : undefined),
    [found],
  );
  const kind = json === undefined ? kindOf(found, artifact) : "json";
  const isBroken = found.media_type === "application/json" && !found.truncated && json === undefined;
  return (
    <Stack gap="xs">
      <Group gap="sm">
        {kind !== "text" && (
          <SegmentedControl
            size="xs"
            aria-label="How it is shown"
            value={way}
            onChange={(value) => setWay(value as Way)}
            data={[
              { value: "shown", label: kind === "html" ? "Page" : kind === "json" ? "Tree" : "Formatted" },
              { value: "source", label: "Source" },
            ]}
          />
        )}
        <Text size="sm" className="muted">
          {found.truncated ? `The first ${whole(found.text.length)} characters of ` : ""}
          {bytes(found.size)}
          {isBroken && ". It is no valid JSON, so it is shown as text."}
        </Text>
        {found.truncated && onMore && (
          <Button size="compact-xs" variant="default" onClick={onMore}>
            Show more
          </Button>
        )}
      </Group>
      {way === "shown" && kind === "html" ? (
        <Report url={contentUrl(artifact.id, path)} name={path || artifact.name} />
      ) : way === "shown" && kind === "markdown" ? (
        <Markdown text={found.text} />
      ) : way === "shown" && kind === "json" ? (
        <Json value={json} />
      ) : (
        <Verbatim label="The text" wrapped>
          {found.text}
        </Verbatim>
      )}
    </Stack>
  );
}

/**
 * An HTML artifact, which may be anybody's: in a frame without an origin. It can reach neither the app nor its cookies,
 * storage and API, and the server's own policy for it lets it load and send nothing.
 */
function Report({ url, name }: { url: string; name: string }) {
  const [tall, setTall] = useState(false);
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Button size="compact-xs" variant="default" onClick={() => setTall(!tall)}>
          {tall ? "Lower" : "Taller"}
        </Button>
        <Anchor href={url} target="_blank" rel="noopener" size="sm">
          Open by itself
        </Anchor>
      </Group>
      <iframe
        className={classes.frame}
        data-tall={tall || undefined}
        title={name}
        src={url}
        sandbox="allow-scripts"
        referrerPolicy="no-referrer"
      />
    </Stack>
  );
}

function kindOf(found: TextPreview, artifact: ArtifactRecord): "html" | "markdown" | "text" {
  if (found.media_type === "text/html") return "html";
  if (found.media_type === "text/markdown" || artifact.type === "system.Markdown") return "markdown";
  return "text";
}
