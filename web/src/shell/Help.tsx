/** Which keys there are. */
import { Kbd, Modal, Stack, Switch, Table, Title } from "@mantine/core";
import { Fragment } from "react";
import { GO } from "./keys";
import { useSingleKeys } from "./useKeys";

const KEYS: [string, [string[], string][]][] = [
  [
    "Everywhere",
    [
      [["Ctrl", "K"], "Search, or do something"],
      [["/"], "Search on this screen"],
      [["?"], "These keys"],
      [["Esc"], "Close what is open"],
    ],
  ],
  [
    "In a list of runs",
    [
      [["j", "k"], "To the next row, to the one before"],
      [["x"], "Select the row"],
      [["c"], "Compare what is selected"],
      [["Enter"], "Open the row"],
    ],
  ],
  [
    "In a graph",
    [
      [["←", "↑", "↓", "→"], "To the next node in that direction"],
      [["f"], "See all of it"],
      [["a"], "Show or hide artifacts"],
      [["e"], "To the next task that failed"],
      [["[", "]"], "Fold the group, or open it"],
    ],
  ],
  [
    "In a timeline",
    [
      [["↑", "↓"], "To the row above, to the one below"],
      [["←", "→"], "Close the group, or open it"],
      [["+", "−"], "See it nearer, or less near"],
      [["0"], "See all of the run"],
      [["Shift", "←", "→"], "Move what is seen"],
    ],
  ],
  ["Go to", Object.entries(GO).map(([key, { label }]) => [["g", key], label])],
];

export default function Help({ close }: { close: () => void }) {
  const [single, setSingle] = useSingleKeys();
  return (
    <Modal opened onClose={close} title="Keys" size="md" closeButtonProps={{ "aria-label": "Close" }}>
      <Stack gap="md">
        {KEYS.map(([title, keys]) => (
          <Fragment key={title}>
            <Title order={3} size="h6">
              {title}
            </Title>
            <Table aria-label={title} verticalSpacing={4}>
              <Table.Tbody>
                {keys.map(([pressed, what]) => (
                  <Table.Tr key={what}>
                    <Table.Th scope="row" w={110}>
                      {pressed.map((key) => (
                        <Kbd key={key} mr={4}>
                          {key}
                        </Kbd>
                      ))}
                    </Table.Th>
                    <Table.Td>{what}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Fragment>
        ))}
        <Switch
          label="Single keys do something"
          description={<span className="muted">Switch them off if you speak to your computer. Ctrl K stays.</span>}
          checked={single}
          onChange={(event) => setSingle(event.currentTarget.checked)}
        />
      </Stack>
    </Modal>
  );
}
