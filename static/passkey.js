/* Passkeys. A form with data-passkey asks the browser's keys and sends their answer.
   data-options holds what to ask, or data-begin the address that hands it out. */
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = text => Uint8Array.from(
    atob(text.replaceAll("-", "+").replaceAll("_", "/")), letter => letter.charCodeAt(0));
  const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  const readable = options => {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const list of ["allowCredentials", "excludeCredentials"]) {
      for (const one of options[list] ?? []) one.id = bytes(one.id);
    }
    return options;
  };
  const answer = key => {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData",
                        "signature", "userHandle"]) {
      if (key.response[part]) response[part] = text(key.response[part]);
    }
    return JSON.stringify({
      id: key.id, rawId: text(key.rawId), type: key.type, response,
      authenticatorAttachment: key.authenticatorAttachment ?? null,
      clientExtensionResults: {},
    });
  };
  const begin = async form => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const asked = await fetch(form.dataset.begin, {
      method: "POST",
      headers: {"X-CSRFToken": form.elements.csrfmiddlewaretoken.value},
    });
    if (!asked.ok) throw new Error("not now");
    return asked.json();
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("button");
    form.hidden = button.disabled = false;
    form.querySelector("[data-passkey-missing]")?.remove();
    form.addEventListener("submit", async event => {
      event.preventDefault();
      button.disabled = true;
      try {
        const publicKey = readable(await begin(form));
        const key = await navigator.credentials[form.dataset.passkey]({publicKey});
        form.elements.credential.value = answer(key);
        form.submit();
      } catch {
        button.disabled = false; /* given up, or no key here: the page stays as it is */
      }
    });
  }
})();
