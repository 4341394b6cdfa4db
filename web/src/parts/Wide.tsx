import { Box } from "@mantine/core";
import type { ReactNode } from "react";

/** What may be wider, or higher, than its place; it can be scrolled with the keyboard too. */
export function Wide({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    <Box component="section" aria-label={label} tabIndex={0} className={className} style={{ overflow: "auto" }}>
      {children}
    </Box>
  );
}
