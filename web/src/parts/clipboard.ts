/**
 * Copying where a browser has no clipboard for the page: one that came over plain HTTP from another machine. What
 * copies asks `navigator.clipboard` everywhere, so it is put there, with the one thing that it is asked for.
 */
async function writeText(text: string): Promise<void> {
  const put = (event: ClipboardEvent) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
  };
  document.addEventListener("copy", put, { once: true });
  const done = document.execCommand("copy");
  document.removeEventListener("copy", put);
  if (!done) throw new Error("The browser does not let it be copied.");
}

if (!("clipboard" in navigator)) Object.defineProperty(navigator, "clipboard", { value: { writeText } });
