/** A version's compiled pipeline, as it was uploaded. */
import { ActionIcon, Group, Skeleton, Stack, Text, Tooltip } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { whole } from "@/format/numbers";
import { Copy } from "@/parts/Copy";
import { Failure } from "@/parts/Failure";
import { Verbatim } from "@/parts/Verbatim";
import { specQuery, specUrl } from "./queries";
import { colour } from "./yaml";

/** Lines that are shown; a pipeline of more is better read in an editor. */
const MOST = 5_000;

export default function Yaml({ pipelineId, versionId }: { pipelineId: string; versionId: string }) {
  const { data, error, refetch } = useQuery(specQuery(pipelineId, versionId));
  const lines = useMemo(() => (data === undefined ? [] : colour(data)), [data]);
  if (error) return <Failure error={error} what="The YAML" retry={refetch} />;
  if (data === undefined) return <Skeleton height={400} aria-label="Loading" />;
  return (
    <Stack gap={4}>
      <Group justify="end" gap="xs">
        <Text size="sm" className="muted">
          {whole(lines.length)} lines
        </Text>
        <Copy value={data} label="Copy the YAML" />
        <Tooltip label="Download">
          <ActionIcon
            component="a"
            variant="subtle"
            size="sm"
            color="gray"
            href={specUrl(pipelineId, versionId)}
            download
            aria-label="Download the YAML"
          >
            <IconDownload size={14} />
          </ActionIcon>
        </Tooltip>
      </Group>
      <Verbatim label="The compiled pipeline">
        {lines.slice(0, MOST).map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines never move
          <span key={index}>
            {line.map((piece, at) =>
              piece.kind === "plain" ? (
                piece.text
              ) : (
                // biome-ignore lint/suspicious/noArrayIndexKey: nor do their pieces
                <span key={at} data-kind={piece.kind}>
                  {piece.text}
                </span>
              ),
            )}
            {"\n"}
          </span>
        ))}
      </Verbatim>
      {lines.length > MOST && (
        <Text size="sm" className="muted">
          The first {whole(MOST)} lines. Download it to see the others.
        </Text>
      )}
    </Stack>
  );
}
