/* The lock. It covers the page and leaves it as it is, with all that was typed; the house locks
   the stay, in every tab. Without this script every address answers with a page of its own. */
(() => {
  "use strict";
  const lock = document.querySelector("dialog[data-lock-after]");
  if (!lock?.showModal) return;
  const root = document.documentElement, title = document.title;
  const asks = lock.querySelector("form[data-lock]"), place = lock.querySelector("[data-unlock-here]");
  const tabs = new BroadcastChannel("groupcare lock");
  const AFTER = Number(lock.dataset.lockAfter) * 1000, TELL = 10_000, LOOK = 5_000;
  let last = Date.now(), told = 0, covered = false;

  const send = form => fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: {"HX-Request": "true"},
  });
  /* The stay has ended meanwhile: a form that keeps its text carries it to the sign-in. */
  const over = () => {
    const form = document.querySelector("input[name=keeper]")?.form;
    if (form) form.submit(); else location.reload();
  };
  const show = text => {
    place.innerHTML = text;
    document.dispatchEvent(new Event("house:forms"));
    place.querySelector(".error-summary, input:not([type=hidden]), button")?.focus();
  };
  const cover = async () => {
    if (!covered) {
      covered = true;
      root.classList.add("is-locked");
      document.title = "\u2026";
      lock.showModal();
    }
    place.replaceChildren();
    asks.hidden = true;
    try {
      const answer = await send(asks);
      if (answer.status === 401) return over();
      if (!answer.ok) throw new Error("not now");
      show(await answer.text());
    } catch {
      asks.hidden = false; /* no way through: covered all the same, to be tried again */
    }
  };
  const uncover = () => {
    covered = false;
    last = Date.now();
    place.replaceChildren();
    root.classList.remove("is-locked");
    document.title = title;
    lock.close();
  };
  const open = async form => {
    try {
      const answer = await send(form);
      if (answer.status === 401) return over();
      if (answer.status === 204) {
        tabs.postMessage("open");
        return uncover();
      }
      if (!answer.ok) throw new Error("not now");
      show(await answer.text());
    } catch {
      asks.hidden = false;
    }
  };

  document.addEventListener("submit", event => {
    const form = event.target;
    if (form.matches("form[data-lock]")) {
      event.preventDefault();
      tabs.postMessage("lock");
      cover();
    } else if (place.contains(form) && form.matches("[data-unlock]:not([data-passkey])")) {
      event.preventDefault();
      open(form);
    }
  });
  place.addEventListener("house:answered", event => {
    event.preventDefault();
    open(event.target);
  });
  /* What keeps itself meets a lock that another tab has set. */
  document.addEventListener("htmx:afterRequest", event => {
    if (event.detail.xhr.status === 423 && !covered) cover();
  });

  /* Nothing but an answer opens it. */
  lock.addEventListener("cancel", event => event.preventDefault());
  lock.addEventListener("close", () => covered && lock.showModal());
  document.addEventListener("keydown", event => {
    if (covered && event.key === "Escape") event.preventDefault();
  }, true);

  /* Minutes without pointer or key, in any tab. */
  const look = () => {
    if (covered || Date.now() - last < AFTER) return false;
    tabs.postMessage("lock");
    cover();
    return true;
  };
  const here = () => {
    if (covered || look()) return;
    last = Date.now();
    if (last - told < TELL) return;
    told = last;
    tabs.postMessage("here");
  };
  for (const sign of ["pointerdown", "pointermove", "wheel", "keydown"]) {
    addEventListener(sign, here, {capture: true, passive: true});
  }
  tabs.addEventListener("message", ({data}) => {
    if (data === "here") last = Date.now();
    if (data === "lock" && !covered) cover();
    if (data === "open" && covered) uncover();
  });
  document.addEventListener("visibilitychange", look);
  setInterval(look, LOOK);
})();
