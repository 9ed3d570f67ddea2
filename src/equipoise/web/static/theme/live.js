// Calls that a page makes while it stays: for whom the page was made, its key against forgery, and
// what an answer means. Nothing is put in the browser's storage.
export const madeFor = document.body.dataset.madeFor;
const A_MINUTE = 60_000;

export function words(id) {
  const said = document.getElementById(id).content;
  return (name, values = {}) =>
    said.querySelector(`[data-word=${name}]`).textContent.replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

// Who is signed in and for how long; null when the server does not answer.
export async function ask(renew = false) {
  const body = renew ? new URLSearchParams({ csrfmiddlewaretoken: key() }) : undefined;
  try {
    const answer = await send("/session/", { method: renew ? "POST" : "GET", body });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

// One POST of the page. The outcome: done, ended (with who is signed in), away, or another status.
export async function call(address, fields, headers = {}, keepalive = false) {
  const post = () => {
    fields.set("csrfmiddlewaretoken", key());
    return send(address, { method: "POST", body: new URLSearchParams(fields), keepalive,
      headers: { "X-Made-For": madeFor, ...headers } });
  };
  let answer;
  try {
    answer = await post();
    // The key is another one after a sign-in in another tab; for the same person it is taken over.
    if (answer.status === 403 && (await renewed())) answer = await post();
  } catch {
    return { outcome: "away" };
  }
  return { outcome: meaning(answer.status), by: answer.headers.get("X-Signed-In"), answer };
}

export async function renewed() {
  const now = await ask();
  if (now?.mark !== madeFor) return false;
  take(now.token);
  return true;
}

export function take(token) {
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
}

export const key = () => document.querySelector("input[name=csrfmiddlewaretoken]").value;

export function meaning(status) {
  if (status === 401) return "ended";
  if ([502, 503, 504].includes(status)) return "away";
  return status < 400 || status === 422 ? "done" : status >= 500 ? "failed" : status === 413 ? "long" : "refused";
}

function send(address, options) {
  return fetch(address, { cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(A_MINUTE), ...options });
}
