/** An ONNX model: what it takes and gives, and what it is made of. */
import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import type { ModelPreview, Tensor } from "@/api/client";
import { bytes, whole } from "@/format/numbers";
import { Wide } from "@/parts/Wide";
import { Term } from "./Term";
import classes from "./Views.module.css";

export function OnnxView({ found }: { found: ModelPreview }) {
  const opsets = Object.entries(found.opsets).map(([domain, version]) => `${domain || "ai.onnx"} ${version}`);
  const operators = Object.entries(found.operators).sort((a, b) => b[1] - a[1]);
  const facts: [string, string | undefined, ReactNode][] = [
    ["Weights", "The numbers that the model has learned.", `${whole(found.parameters)} numbers`],
    ["Size", undefined, bytes(found.size)],
    [
      "Operator sets",
      "The versions of the operations that the model is built of. What runs it must know at least these.",
      opsets.join(", "),
    ],
    ["IR version", "The version of ONNX's file format.", found.ir_version],
    ["Made by", undefined, found.producer || "–"],
    [
      "Operators",
      "The operations in the model, and how often each is in it.",
      operators.map(([name, count]) => `${name} ×${whole(count)}`).join(", "),
    ],
  ];
  return (
    <Stack gap="sm">
      <Tensors title="Inputs" empty="It takes nothing." tensors={found.inputs} />
      <Tensors title="Outputs" empty="It gives nothing." tensors={found.outputs} />
      <Wide label="About the model">
        <table className={classes.table}>
          <tbody>
            {facts.map(([name, text, value]) => (
              <tr key={name}>
                <th scope="row">
                  <Term name={name} text={text} />
                </th>
                <td className={classes.wrapped}>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </Stack>
  );
}

function Tensors({ title, empty, tensors }: { title: string; empty: string; tensors: Tensor[] }) {
  return (
    <Stack gap={2} component="section">
      <Title order={3} size="h6">
        {title}
      </Title>
      {tensors.length === 0 ? (
        <Text size="sm">{empty}</Text>
      ) : (
        <Wide label={title}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Type</th>
                <th scope="col">
                  <Term
                    name="Shape"
                    text="How many numbers there are in each direction. A name, or a question mark, stands for any number, such as of photos at once."
                  />
                </th>
              </tr>
            </thead>
            <tbody>
              {tensors.map((tensor) => (
                <tr key={tensor.name}>
                  <th scope="row" className="mono">
                    {tensor.name}
                  </th>
                  <td>{tensor.element || "no tensor"}</td>
                  <td>{tensor.shape.map((size) => size ?? "?").join(" × ") || "one number"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
    </Stack>
  );
}
