import { Menu, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconCheck, IconLineDashed } from "@tabler/icons-react";
import { BETTERS, type Better } from "./directions";
import classes from "./Term.module.css";

const WORDS: Record<Better, string> = {
  higher: "Higher is better",
  lower: "Lower is better",
  neither: "Neither is better",
};
const ICONS = { higher: IconArrowUp, lower: IconArrowDown, neither: IconLineDashed };

/** Which values of a metric are better, to be seen and to be chosen. */
export function BetterMenu({ name, better, onChoose }: { name: string; better: Better; onChoose(to: Better): void }) {
  const Icon = ICONS[better];
  return (
    <Menu shadow="md" position="bottom-start">
      <Menu.Target>
        <UnstyledButton
          className={classes.better}
          title={`${WORDS[better]}; click to change it`}
          aria-label={`${name}: ${WORDS[better]}`}
        >
          <Icon size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {BETTERS.map((each) => (
          <Menu.Item
            key={each}
            onClick={() => onChoose(each)}
            rightSection={each === better ? <IconCheck size={14} aria-label="chosen" /> : null}
          >
            {WORDS[each]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
