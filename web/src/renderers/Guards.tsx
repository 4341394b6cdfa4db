import { IconAlertTriangle, IconShieldCheck } from "@tabler/icons-react";
import classes from "./Guards.module.css";
import type { Guard } from "./guards";

/** What was checked of figures, and what came of it. */
export function Guards({ guards }: { guards: Guard[] }) {
  if (!guards.length) return null;
  return (
    <ul className={classes.guards} aria-label="Checks">
      {guards.map((guard) => (
        <li key={guard.text} className={guard.ok ? classes.ok : classes.bad}>
          {guard.ok ? <IconShieldCheck size={15} aria-hidden /> : <IconAlertTriangle size={15} aria-hidden />}
          <span>
            {guard.ok ? "" : "Attention: "}
            {guard.text}
          </span>
        </li>
      ))}
    </ul>
  );
}
