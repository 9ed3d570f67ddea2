// What is typed on a page is not lost: it is kept on the server while one types, saved without leaving
// the page, and stays where it is when the sign-in has ended or the server is away.
import { call, madeFor, meaning, renewed, words } from "./live.js";
import { signInAgain } from "./session.js";
import { initAll } from "../vendor/govuk-frontend/govuk-frontend.min.js";

const REST = 700; // milliseconds without a key, after which what was typed is kept
const AGAIN = 5000; // between two tries while the server is away
const word = words("eq-words");
const known = new WeakMap();
let leaving = false;

const attended = () => [...document.querySelectorAll("main form[method=post]:not([data-throws-away])")];
const address = (form) => new URL(form.getAttribute("action") ?? "", location.href).href;
const keeps = (form) => form.hasAttribute("data-keeps");
const pending = (form) => state(form).typed !== state(form).held;

function state(form) {
  if (!known.has(form)) known.set(form, { typed: 0, held: 0, timer: 0, sending: null, saving: false, away: false });
  return known.get(form);
}

// --- keeping ---

function noted(form) {
  const now = state(form);
  now.typed += 1;
  clearTimeout(now.timer);
  if (keeps(form)) now.timer = setTimeout(() => keep(form), now.away ? AGAIN : REST);
}

async function keep(form, keepalive = false) {
  const now = state(form);
  clearTimeout(now.timer);
  while (now.sending) await now.sending;
  if (!keeps(form) || !pending(form) || leaving || now.saving) return;
  const typed = now.typed;
  const fields = new FormData(form);
  fields.set("draft-wish", "keep");
  now.sending = call(address(form), fields, {}, keepalive);
  const told = await now.sending;
  now.sending = null;
  if (told.outcome === "done") return kept(form, typed);
  if (told.outcome === "ended") return signInAgain(told.by).then(() => keep(form));
  const later = { away: "away", failed: "unkept" }[told.outcome];
  tell(later ?? told.outcome);
  if (!later) return;
  now.away = true;
  now.timer = setTimeout(() => keep(form), AGAIN);
}

function kept(form, typed) {
  const now = state(form);
  now.held = typed;
  tell("");
  const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  document.getElementById("eq-kept").textContent = word("kept", { time });
  if (now.away) form.dispatchEvent(new Event("change", { bubbles: true })); // what depends on it is asked anew
  now.away = false;
}

// --- saving ---

async function save(form, submitter) {
  const now = state(form);
  if (now.saving) return;
  clearTimeout(now.timer);
  now.saving = true;
  form.setAttribute("aria-busy", "true");
  const at = document.activeElement;
  form.inert = true; // what is typed now would be lost with the page that the answer brings
  await now.sending;
  tell(records(form) ? "saving" : "working");
  const told = await call(address(form), new FormData(form, submitter), { "X-Page-Stays": "yes" });
  const text = told.answer ? await told.answer.text().catch(() => "") : "";
  // A server that cannot record says so on the page itself, with what was typed.
  if (["away", "failed"].includes(told.outcome) && text.includes('id="eq-typing"')) told.outcome = "done";
  now.saving = false;
  form.removeAttribute("aria-busy");
  if (told.outcome !== "done") {
    form.inert = false;
    if (document.activeElement === document.body) at?.focus(); // whoever went elsewhere meanwhile stays there
  }
  const again = () => save(form, submitter);
  if (told.outcome === "ended") return tell(""), signInAgain(told.by).then(again);
  if (told.outcome === "done") return saved(form, submitter, told.answer, text);
  if (told.outcome !== "away") return tell(told.outcome, again), noted(form);
  // With the form's own key the same request is one act, however often it comes.
  const safe = form.querySelector("input[name=once]") !== null;
  tell(safe ? "trying" : "unsure", again);
  if (safe) now.timer = setTimeout(again, AGAIN);
}

function saved(form, submitter, answer, text) {
  const to = answer.headers.get("X-Go-To");
  if (to !== null) return go(new URL(to, location.href));
  const typed = state(form).typed > 0;
  show(new DOMParser().parseFromString(text, "text/html"), submitter);
  const same = attended().find((other) => address(other) === address(form));
  if (same && typed) noted(same);
}

function go(to) {
  leaving = true;
  location.assign(to);
}

// The page that came back: what was refused, or the same form with a row more.
function show(page, submitter) {
  for (const left of page.querySelectorAll("noscript")) left.remove();
  const main = document.importNode(page.querySelector("main"), true);
  document.title = page.title;
  document.querySelector("main").replaceWith(main);
  window.htmx?.process(main);
  initAll({ scope: main });
  if (main.contains(document.activeElement)) return;
  const added = main.querySelector("[data-added] :is(input, select, textarea)");
  if (added) return added.focus();
  const same = submitter?.name && main.querySelector(`button[name="${submitter.name}"][value="${submitter.value}"]`);
  if (same && ["add", "remove"].includes(submitter.name)) return same.focus();
  main.tabIndex = -1;
  main.focus();
  scrollTo(0, 0);
}

// --- saying ---

// A form that only asks something, such as whether the ledger is whole, saves nothing.
function records(form) {
  return Boolean(form.elements.namedItem("once"));
}

function tell(name, again) {
  const said = document.getElementById("eq-typing");
  const text = name && word(name);
  if (said.textContent !== text) said.textContent = text;
  said.classList.toggle("eq-typing__trouble", Boolean(name) && !["saving", "working"].includes(name));
  if (name) document.getElementById("eq-kept").textContent = "";
  const button = document.getElementById("eq-again");
  button.hidden = !again;
  button.onclick = again ?? null;
}

// --- leaving ---

async function keepFirst(event, then) {
  if (leaving || !attended().some((form) => keeps(form) && pending(form))) return;
  event.preventDefault();
  await Promise.all(attended().map((form) => keep(form)));
  then();
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && attended().includes(form)) noted(form);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  if (form.closest("header")) return keepFirst(event, () => form.requestSubmit(event.submitter));
  if (!form.closest("main")) return;
  event.preventDefault();
  if (form.hasAttribute("data-throws-away")) for (const other of attended()) state(other).held = state(other).typed;
  save(form, event.submitter);
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !plain || link.target || link.getAttribute("href").startsWith("#")) return;
  keepFirst(event, () => location.assign(link.href));
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") for (const form of attended()) keep(form, true);
});
window.addEventListener("beforeunload", (event) => {
  if (!leaving && attended().some(pending)) event.preventDefault();
});
document.addEventListener("equipoise:leaving", () => (leaving = true));
window.addEventListener("pageshow", () => {
  leaving = false;
  for (const form of attended()) form.inert = false;
});

// --- parts of the page that htmx renews ---

let retried = false;
document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-Made-For"] = madeFor;
});
document.addEventListener("htmx:before:response", (event) => {
  const { response, sourceElement } = event.detail.ctx;
  const outcome = meaning(response.status);
  const anew = () => sourceElement.dispatchEvent(new Event("change", { bubbles: true }));
  if (outcome === "done") return answered();
  event.preventDefault();
  if (outcome === "ended") return void signInAgain(response.raw.headers.get("X-Signed-In")).then(anew);
  if (response.status === 403 && !retried) {
    retried = true;
    return void renewed().then((mine) => (mine ? anew() : tell("refused")));
  }
  tell(outcome);
});
document.addEventListener("htmx:error", ({ detail: { ctx } }) => ctx && !ctx.response && tell("away"));

function answered() {
  retried = false;
  if (document.getElementById("eq-typing").textContent === word("away")) tell("");
}
