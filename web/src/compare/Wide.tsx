import { Box } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Compare.module.css";

/** What may be wider than the page; it can be scrolled with the keyboard too. */
export function Wide({ label, card = true, children }: { label: string; card?: boolean; children: ReactNode }) {
  return (
    <Box component="section" aria-label={label} tabIndex={0} className={`${classes.scroll} ${card ? "card" : ""}`}>
      {children}
    </Box>
  );
}
