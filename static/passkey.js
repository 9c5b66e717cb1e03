/* Passkeys. A form with data-passkey asks the browser's keys and sends their answer.
   data-options holds what to ask, or data-begin the address that hands it out. The answer of
   a form in the lock (house.js) is handed to it; any other form is sent as forms are. */
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
      headers: {
        "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
        "HX-Request": "true", /* a script asks: no page for an answer */
      },
    });
    if (!asked.ok) throw new Error("not now");
    return asked.json();
  };

  const offer = () => {
    for (const form of document.querySelectorAll("form[data-passkey]")) {
      form.hidden = form.querySelector("button").disabled = false;
      form.querySelector("[data-passkey-missing]")?.remove();
    }
  };
  offer();
  document.addEventListener("house:forms", offer);
  document.addEventListener("submit", async event => {
    const form = event.target;
    if (!form.dataset.passkey) return;
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const publicKey = readable(await begin(form));
      const key = await navigator.credentials[form.dataset.passkey]({publicKey});
      form.elements.credential.value = answer(key);
      if (form.dispatchEvent(new Event("house:answered", {bubbles: true, cancelable: true}))) {
        form.submit();
      }
    } catch {
      button.disabled = false; /* given up, or no key here: the page stays as it is */
    }
  });
})();
