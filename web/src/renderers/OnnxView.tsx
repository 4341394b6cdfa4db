/** An ONNX model: what it takes and gives, and what it is made of. */
import { Stack, Text, Title } from "@mantine/core";
import type { ModelPreview, Tensor } from "@/api/client";
import { bytes, whole } from "@/format/numbers";
import classes from "./Views.module.css";

export function OnnxView({ found }: { found: ModelPreview }) {
  const opsets = Object.entries(found.opsets).map(([domain, version]) => `${domain || "ai.onnx"} ${version}`);
  const operators = Object.entries(found.operators).sort((a, b) => b[1] - a[1]);
  const facts: [string, string][] = [
    ["Weights", `${whole(found.parameters)} numbers`],
    ["Size", bytes(found.size)],
    ["Operator sets", opsets.join(", ")],
    ["IR version", String(found.ir_version)],
    ["Made by", found.producer || "–"],
  ];
  return (
    <Stack gap="sm">
      <Tensors title="Takes" tensors={found.inputs} />
      <Tensors title="Gives" tensors={found.outputs} />
      <table className={classes.table}>
        <tbody>
          {facts.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Text size="sm">
        <b>Operators:</b> {operators.map(([name, count]) => `${name} ×${count}`).join(", ")}
      </Text>
    </Stack>
  );
}

function Tensors({ title, tensors }: { title: string; tensors: Tensor[] }) {
  return (
    <Stack gap={2}>
      <Title order={4} size="h6">
        {title}
      </Title>
      {tensors.map((tensor) => (
        <Text key={tensor.name} size="sm" className="mono">
          {tensor.name}: {tensor.element} [{tensor.shape.map((size) => size ?? "?").join(" × ")}]
        </Text>
      ))}
    </Stack>
  );
}
