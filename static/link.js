/* The page of a link. Without this script the link is pasted into the form by hand. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-link]");
  const secret = location.hash.slice(1);
  if (!secret) return;
  /* Out of the address bar, where others could read it; back when the form is sent, for a retry. */
  history.replaceState(null, "", location.pathname);
  for (const each of document.querySelectorAll("form")) each.action = `#${secret}`;
  if (!form) return;
  form.elements.secret.value = secret;
  form.elements.secret.closest(".field").hidden = true;
  form.elements.passcode.focus();
})();
