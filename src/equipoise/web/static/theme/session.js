// The end of a sign-in: a warning while there is time, and signing in again where one is.
// Whoever signs in as someone else gets a clean page: what stood on this one is not theirs.
import { ask, key, madeFor, take, words } from "./live.js";

const WARN = 5 * 60; // seconds before the end
const AGAIN = 30_000; // a page that comes back to sight asks at most so often
const soon = document.getElementById("eq-soon");
const over = document.getElementById("eq-over");
const say = words("eq-over-words");
const count = words("eq-soon-words");
const SECOND = 3000; // between two looks whether the second step is done
let timer, ticking, looking, locked = false, asked = Date.now();
const waiting = [];

// Until the page's own reader is signed in again.
export function signInAgain(by) {
  lock(by);
  return new Promise((go) => waiting.push(go));
}

function lock(by) {
  soon.close();
  for (const why of over.querySelectorAll("[data-for]")) why.hidden = why.dataset.for !== by;
  if (!over.open) over.showModal();
  locked = true;
}

export function lasts(seconds) {
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(seconds > WARN ? seconds - WARN : seconds, 1) * 1000);
}

async function look() {
  const now = await ask();
  asked = Date.now();
  if (!now) return void (timer = setTimeout(look, AGAIN));
  if (now.mark !== madeFor) return lock(now.mark ? "another" : "nobody");
  if (locked) return goOn(now);
  if (now.left > WARN) soon.close();
  else warn(now);
  lasts(now.left);
}

function warn(now) {
  const ends = Date.now() + now.left * 1000;
  const longest = now.atMost <= now.left;
  for (const why of soon.querySelectorAll("[data-for]")) why.hidden = (why.dataset.for === "longest") !== longest;
  document.getElementById("eq-stay").hidden = longest;
  document.getElementById("eq-known").hidden = !longest;
  const tell = () => {
    const minutes = Math.round((ends - Date.now()) / 60_000);
    const left = document.getElementById("eq-soon-left");
    const told = minutes < 2 ? count("one") : count("some", { count: minutes });
    if (left.textContent !== told) left.textContent = told;
  };
  clearInterval(ticking);
  ticking = setInterval(tell, 10_000);
  tell();
  if (!soon.open) soon.showModal();
}

function goOn(now) {
  take(now.token);
  locked = false;
  clearInterval(looking);
  over.close();
  document.getElementById("eq-second").hidden = true;
  lasts(now.left);
  for (const go of waiting.splice(0)) go();
}

async function signIn(form) {
  const before = await ask();
  if (!before) return say("away");
  take(before.token);
  if (before.mark === madeFor) return goOn(before);
  if (before.mark) await post(over.dataset.signOut, {});
  const answer = await post(over.dataset.signIn, { login: form.login.value, password: form.password.value });
  form.password.value = "";
  const now = await ask();
  if (!answer || !now) return say("away");
  if (now.mark === madeFor) return goOn(now);
  if (now.mark) return clear();
  return answer.url.endsWith(over.dataset.second) || answer.location?.startsWith(over.dataset.second)
    ? secondStep() : [answer.form?.errors, ...Object.values(answer.form?.fields ?? {}).map((f) => f.errors)].flat().filter(Boolean).join(" ") || say("wrong");
}

async function post(address, fields) {
  const body = new URLSearchParams({ ...fields, csrfmiddlewaretoken: key() });
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { "X-Requested-With": "XMLHttpRequest" } });
    const told = await answer.json().catch(() => ({}));
    return { ...told, url: new URL(answer.url).pathname };
  } catch {
    return null;
  }
}

function secondStep() {
  document.getElementById("eq-second").hidden = false;
  document.querySelector("#eq-second a").focus();
  lookOn();
  return "";
}

function lookOn() {
  clearInterval(looking);
  looking = setInterval(look, SECOND);
}

// In another tab, and never as whoever else is signed in now.
async function atTheHospital(form) {
  const now = await ask();
  if (!now) return say("away");
  take(now.token);
  if (now.mark === madeFor) return goOn(now);
  if (now.mark) await post(over.dataset.signOut, {});
  form.submit();
  lookOn();
}

function clear() {
  document.dispatchEvent(new Event("equipoise:leaving"));
  document.querySelector("main").replaceChildren();
  location.replace(over.dataset.start);
}

for (const [id, way] of [["eq-over-form", signIn], ["eq-over-hospital", atTheHospital]])
  document.getElementById(id)?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const error = document.getElementById("eq-over-error");
    error.textContent = "";
    error.textContent = (await way(event.target)) ?? "";
  });
// Esc does not bring back a page whose reader is not signed in.
over.addEventListener("cancel", (event) => event.preventDefault());
over.addEventListener("close", () => locked && over.showModal());
soon.addEventListener("close", () => clearInterval(ticking));
document.getElementById("eq-leave").addEventListener("click", () => document.dispatchEvent(new Event("equipoise:leaving")));
document.getElementById("eq-known").addEventListener("click", () => soon.close());
document.getElementById("eq-stay").addEventListener("click", async () => {
  soon.close();
  const now = await ask(true);
  if (now?.mark === madeFor) lasts(now.left);
  else look();
});
const back = () => document.visibilityState === "visible" && Date.now() - asked > AGAIN && look();
document.addEventListener("visibilitychange", back);
window.addEventListener("focus", () => locked && look());
window.addEventListener("pageshow", (event) => event.persisted && look());
lasts(Number(document.body.dataset.left));
