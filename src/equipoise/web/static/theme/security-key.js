// Security keys: a button asks the browser for the key, and what the key answered goes with the form.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const known = (keys) => keys?.map((key) => ({ ...key, id: bytes(key.id) }));

async function answer(how, { publicKey: asked }) {
  const challenge = bytes(asked.challenge);
  const publicKey = how === "create"
    ? { ...asked, challenge, user: { ...asked.user, id: bytes(asked.user.id) }, excludeCredentials: known(asked.excludeCredentials) }
    : { ...asked, challenge, allowCredentials: known(asked.allowCredentials) };
  const key = await navigator.credentials[how]({ publicKey });
  const parts = how === "create" ? ["attestationObject"] : ["authenticatorData", "signature", "userHandle"];
  const response = {};
  for (const part of ["clientDataJSON", ...parts]) if (key.response[part]) response[part] = text(key.response[part]);
  return { id: key.id, rawId: text(key.rawId), type: key.type, response, clientExtensionResults: {} };
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-security-key]");
  if (!button) return;
  const { securityKey: how, options, into, then, told, none, done } = button.dataset;
  const say = (words) => (document.getElementById(told).textContent = words);
  say("");
  button.disabled = true;
  try {
    document.getElementById(into).value = JSON.stringify(await answer(how, JSON.parse(options)));
  } catch {
    return say(none);
  } finally {
    button.disabled = false;
  }
  if (then === "send") button.form.requestSubmit();
  else say(done);
});
