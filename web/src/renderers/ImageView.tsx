import { Modal, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import classes from "./Views.module.css";

/** An image, on the light ground that plots are drawn for; a click shows it large. */
export function ImageView({ src, name }: { src: string; name: string }) {
  const [open, { open: show, close }] = useDisclosure();
  return (
    <>
      <UnstyledButton onClick={show} aria-label={`Show ${name} large`} className={classes.image}>
        <img src={src} alt={name} />
      </UnstyledButton>
      <Modal opened={open} onClose={close} fullScreen title={name}>
        <div className={classes.image}>
          <img src={src} alt={name} />
        </div>
      </Modal>
    </>
  );
}
