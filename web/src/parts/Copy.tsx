import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

export function Copy({ value, label }: { value: string; label: string }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? "Copied" : label}>
          <ActionIcon variant="subtle" size="sm" color="gray" onClick={copy} aria-label={label}>
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

/** The beginning of a digest; a click copies all of it. */
export function Digest({ digest }: { digest: string }) {
  if (!digest) return <span className="muted">–</span>;
  const value = digest.replace(/^sha256:/, "");
  return (
    <span className="mono" title={digest}>
      {value.slice(0, 12)}
      <Copy value={digest} label="Copy the digest" />
    </span>
  );
}
