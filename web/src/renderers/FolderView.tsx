/** A folder as a tree: what stands in a folder is asked for once it is opened, and files are shown in their place. */
import { Anchor, Button, Group, Skeleton, Text } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconDownload, IconFile, IconFolder } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ArtifactRecord, FolderEntry } from "@/api/client";
import { api, body } from "@/api/client";
import { contentUrl } from "@/api/queries";
import { bytes } from "@/format/numbers";
import { Failure } from "@/parts/Failure";
import { More } from "@/parts/More";
import { ArtifactView } from "./ArtifactView";
import classes from "./FolderView.module.css";

export type FileChoice = {
  /** The file in a folder that is open, by its path. */
  file?: string;
  onFile?: (path: string | undefined) => void;
};

type TreeProps = { artifact: ArtifactRecord; file: string | undefined; onFile: (path: string | undefined) => void };

export function FolderView({ artifact, file, onFile }: { artifact: ArtifactRecord } & FileChoice) {
  const [own, setOwn] = useState<string>();
  return (
    <section aria-label={`Files in ${artifact.name}`}>
      <Level artifact={artifact} path="" file={onFile ? file : own} onFile={onFile ?? setOwn} />
    </section>
  );
}

function Level({ artifact, path, file, onFile }: TreeProps & { path: string }) {
  const found = useInfiniteQuery({
    queryKey: ["artifact", artifact.id, "folder", path],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET("/apis/barograph/v1/artifacts/{artifact_id}/folder", {
          params: { path: { artifact_id: artifact.id }, query: { path, after: pageParam } },
          signal,
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (found.error) return <Failure error={found.error} what="The folder" retry={() => found.refetch()} />;
  if (!found.data) return <Skeleton height={28} w={220} />;
  const entries = found.data.pages.flatMap((page) => page.entries);
  if (!entries.length)
    return (
      <Text size="sm" className="muted">
        {path ? "Nothing is in this folder." : "The folder is empty."}
      </Text>
    );
  return (
    <>
      <ul className={classes.level}>
        {entries.map((entry) => (
          <li key={entry.path}>
            {entry.is_folder ? (
              <Folder artifact={artifact} entry={entry} file={file} onFile={onFile} />
            ) : (
              <File artifact={artifact} entry={entry} file={file} onFile={onFile} />
            )}
          </li>
        ))}
      </ul>
      {found.hasNextPage && (
        <More list={found} shown={entries.length} total={found.data.pages[0]?.total ?? entries.length} />
      )}
    </>
  );
}

function Folder({ artifact, entry, file, onFile }: TreeProps & { entry: FolderEntry }) {
  const [open, setOpen] = useState(() => file?.startsWith(`${entry.path}/`) ?? false);
  return (
    <>
      <button type="button" className={classes.name} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <IconChevronDown size={15} aria-hidden /> : <IconChevronRight size={15} aria-hidden />}
        <IconFolder size={16} aria-hidden className={classes.folder} />
        {entry.name}
      </button>
      {open && <Level artifact={artifact} path={entry.path} file={file} onFile={onFile} />}
    </>
  );
}

function File({ artifact, entry, file, onFile }: TreeProps & { entry: FolderEntry }) {
  const open = file === entry.path;
  return (
    <>
      <Group gap="xs" wrap="nowrap">
        <button
          type="button"
          className={classes.name}
          aria-expanded={open}
          onClick={() => onFile(open ? undefined : entry.path)}
        >
          {open ? <IconChevronDown size={15} aria-hidden /> : <IconChevronRight size={15} aria-hidden />}
          <IconFile size={16} aria-hidden className="muted" />
          {entry.name}
        </button>
        <Text size="xs" className="muted number">
          {entry.size === null ? "" : bytes(entry.size)}
        </Text>
        <Anchor href={contentUrl(artifact.id, entry.path, true)} aria-label={`Download ${entry.path}`} lh={1}>
          <IconDownload size={15} aria-hidden />
        </Anchor>
      </Group>
      {open && (
        <div className={classes.content}>
          <ArtifactView artifact={artifact} path={entry.path} />
          <Button mt="xs" size="compact-xs" variant="default" onClick={() => onFile(undefined)}>
            Close {entry.name}
          </Button>
        </div>
      )}
    </>
  );
}
