// Starts the GOV.UK components; every page also works without it.
import { initAll } from "../vendor/govuk-frontend/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// Links under one word: closed with Escape, and by going elsewhere.
const opened = () => document.querySelectorAll("details.eq-more[open]");
for (const elsewhere of ["click", "focusin"]) {
  document.addEventListener(elsewhere, ({ target }) => {
    for (const one of opened()) if (!one.contains(target)) one.open = false;
  });
}
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const one of opened()) {
    if (one.contains(document.activeElement)) one.querySelector("summary").focus();
    one.open = false;
  }
});

document.addEventListener("htmx:after:swap", (event) => initAll({ scope: event.target }));
