import { Tooltip, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { meaning } from "./glossary";
import classes from "./Term.module.css";

/** A word of the field; where it is known, it says what it means when it is pointed at, or reached with the keyboard. */
export function Term({ name, text, children }: { name: string; text?: string; children?: ReactNode }) {
  const known = text ?? meaning(name);
  const shown = children ?? name;
  if (!known) return <>{shown}</>;
  return (
    <Tooltip label={known} multiline w={280} events={{ hover: true, focus: true, touch: true }}>
      <UnstyledButton component="span" tabIndex={0} className={classes.term}>
        {shown}
      </UnstyledButton>
    </Tooltip>
  );
}
