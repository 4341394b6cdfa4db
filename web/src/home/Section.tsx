import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Home.module.css";

export function Section({ title, more, children }: { title: string; more: ReactNode; children: ReactNode }) {
  return (
    <section className={`card ${classes.section}`}>
      <div className={classes.head}>
        <Title order={2} size="h5">
          {title}
        </Title>
        <span className={classes.more}>{more}</span>
      </div>
      {children}
    </section>
  );
}
