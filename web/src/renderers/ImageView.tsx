/** An image, on the light ground that plots are drawn for, as large as is wanted. */
import { Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import classes from "./ImageView.module.css";
import { Zoomable } from "./Zoomable";

export function ImageView({ src, name, size }: { src: string; name: string; size: number }) {
  const [open, { open: show, close }] = useDisclosure();
  return (
    <>
      <Zoomable src={src} name={name} size={size} onLarge={show} />
      <Modal
        opened={open}
        onClose={close}
        fullScreen
        title={name}
        closeButtonProps={{ "aria-label": "Close" }}
        classNames={{ body: classes.large }}
      >
        <Zoomable src={src} name={name} size={size} />
      </Modal>
    </>
  );
}
