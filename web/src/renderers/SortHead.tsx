import { UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Better } from "./directions";
import classes from "./SortHead.module.css";
import { nextBy } from "./turns";

type Props = {
  /** The column. */
  id: string;
  label: ReactNode;
  /** What turns are sorted by, `-` before it for the largest first. */
  by: string | undefined;
  onBy: (by: string | undefined) => void;
  better?: Better;
  className?: string;
  /** What stands beside the label. */
  children?: ReactNode;
};

/** The head of a column of turns, which sorts by it. */
export function SortHead({ id, label, by, onBy, better, className, children }: Props) {
  const sorted = by === id ? "ascending" : by === `-${id}` ? "descending" : undefined;
  return (
    <th scope="col" className={className} aria-sort={sorted}>
      <UnstyledButton className={classes.head} onClick={() => onBy(nextBy(by, id, better))}>
        {label}
        {sorted === "ascending" && <IconChevronUp size={13} aria-hidden />}
        {sorted === "descending" && <IconChevronDown size={13} aria-hidden />}
      </UnstyledButton>
      {children}
    </th>
  );
}
