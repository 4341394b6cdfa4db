import { Box } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Task.module.css";

/** Code that scrolls, with the keyboard too. */
export function Scrolled({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Box component="pre" className={`${classes.code} ${classes.source}`} tabIndex={0} role="region" aria-label={label}>
      {children}
    </Box>
  );
}
