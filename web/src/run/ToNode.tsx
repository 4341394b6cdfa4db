import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { atNode } from "./search";

/** A link to another node of the run, beside which the graph stays as it is. */
export function ToNode({ runId, node, children }: { runId: string; node: string; children: string }) {
  return (
    <Anchor
      fz="sm"
      renderRoot={(props) => (
        <Link
          {...props}
          to="/runs/$runId"
          params={{ runId }}
          search={(known) => ({ ...known, ...atNode(node), panel: undefined })}
        />
      )}
    >
      {children}
    </Anchor>
  );
}
