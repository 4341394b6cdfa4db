import { Box } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Verbatim.module.css";

type Props = { label: string; wrapped?: boolean; children: ReactNode };

/** Text as it stands, such as code, coloured by `data-kind`. It scrolls, with the keyboard too. */
export function Verbatim({ label, wrapped, children }: Props) {
  return (
    <Box
      component="pre"
      role="region"
      aria-label={label}
      tabIndex={0}
      className={classes.text}
      data-wrapped={wrapped || undefined}
    >
      {children}
    </Box>
  );
}
