/* Every page works without this; it makes things quicker. */
(() => {
  "use strict";

  /* Leaving fast: Escape three times within two seconds, where the page has "Leave quickly". */
  const ENOUGH = 3, WITHIN = 2000;
  let pressed = [];
  document.addEventListener("keydown", event => {
    if (event.key !== "Escape" || event.repeat) return;
    const now = performance.now();
    pressed = [...pressed.filter(at => now - at < WITHIN), now];
    const form = document.querySelector("form[data-leave]");
    if (pressed.length < ENOUGH || !form) return;
    document.documentElement.classList.add("is-gone"); /* nothing is seen while the answer comes */
    document.title = "\u2026";
    form.submit();
  }, true);

  /* A page that the browser brings back from its memory is asked for anew. */
  addEventListener("pageshow", event => {
    if (!event.persisted) return;
    document.documentElement.classList.add("is-gone");
    location.reload();
  });

  /* A form that came back with errors: begin at their list. */
  document.querySelector(".error-summary")?.focus();

  /* A link to a page that asks first opens the same question here, if the page carries it. */
  document.addEventListener("click", event => {
    const link = event.target.closest?.("a[data-dialog]");
    const dialog = link && document.getElementById(link.dataset.dialog);
    if (!dialog?.showModal || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dialog.showModal();
  });

  /* Copying what is shown once; where copying is not possible, the words are marked instead. */
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const shown = document.getElementById(button.dataset.copy);
    button.hidden = !shown;
    button.addEventListener("click", () => {
      getSelection().selectAllChildren(shown);
      navigator.clipboard?.writeText(shown.textContent.trim()).catch(() => {});
    });
  }
})();
