// Loads the page again where one of its scripts or styles could not be loaded, without which the app does not start.
// Chromium gives up on what it is loading when the machine's network changes, and each container of Docker's does that.
(() => {
  const KEY = "barograph.loaded-again";
  const MOST = 3;
  const FORGOTTEN_AFTER = 60_000; // ms
  let reloading = false;

  const failed = (event) => {
    const root = document.getElementById("root");
    const isNamedByPage = event.target instanceof Element && event.target.matches("script, link[rel=stylesheet]");
    if (!isNamedByPage || reloading || root?.childElementCount) return;
    const before = (sessionStorage.getItem(KEY) ?? "").split(" ").filter((time) => Date.now() - time < FORGOTTEN_AFTER);
    if (before.length < MOST) {
      reloading = true;
      sessionStorage.setItem(KEY, [...before, Date.now()].join(" "));
      setTimeout(() => location.reload(), 250 * 2 ** before.length);
    } else if (root) {
      root.style.padding = "2rem";
      root.textContent =
        "The server does not give all that this page is made of. Does it still run? Then reload the page.";
    }
  };
  window.addEventListener("error", failed, true); // such events don't bubble
})();
