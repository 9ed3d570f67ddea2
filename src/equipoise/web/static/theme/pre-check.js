// The private pre-check: looks up what each answer says, joins it, and shows what follows.
// Every word and every truth stands on the page already. Nothing is sent, and nothing is kept.
const opposite = { t: "f", f: "t", u: "u" };

// "t", "f" or "u" of a tree: Kleene's logic, in which what is not known is never taken for a no.
export function truth(tree, chosen) {
  if (typeof tree === "string") return tree;
  const [how, ...parts] = tree;
  if (how === "ask") return parts[1][chosen[parts[0]]] ?? "u";
  const found = parts.map((part) => truth(part, chosen));
  if (how === "not") return opposite[found[0]];
  const settles = how === "and" ? "f" : "t";
  if (found.includes(settles)) return settles;
  return found.includes("u") ? "u" : opposite[settles];
}

function answers(form) {
  return Object.fromEntries([...form.querySelectorAll("input:checked")].map((one) => [one.name.slice(1), one.value]));
}

function show(form, outcome, { lines, counts }) {
  const chosen = answers(form);
  const found = lines.map(([id, tree]) => [id, truth(tree, chosen)]);
  const open = found.filter(([, one]) => one === "u").length;
  const out = found.some(([, one]) => one === "f");
  for (const [id, one] of found) {
    outcome.querySelector(`[data-out="${id}"]`).hidden = one !== "f";
    const check = outcome.querySelector(`[data-check="${id}"]`);
    if (check) check.hidden = one !== "u";
  }
  for (const list of outcome.querySelectorAll("[data-list]")) {
    list.hidden = !list.querySelector("li:not([hidden])");
  }
  for (const one of outcome.querySelectorAll("[data-fits]")) one.hidden = out;
  outcome.querySelector("[data-rules-out]").hidden = !out;
  outcome.querySelector("[data-count]").textContent = counts[open];
  outcome.classList.toggle("eq-outcome--out", out);
  outcome.hidden = Object.keys(chosen).length === 0;
}

const form = document.getElementById("questions");
if (form) {
  const outcome = document.getElementById("outcome");
  const data = JSON.parse(document.getElementById("truths").textContent);
  document.body.classList.add("js-enabled");
  form.addEventListener("change", () => show(form, outcome, data));
  show(form, outcome, data);
  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => window.print());
  }
  document.getElementById("again").addEventListener("click", () => {
    for (const one of form.querySelectorAll("input:checked")) one.checked = false;
    show(form, outcome, data);
    form.querySelector("input").focus();
  });
}
