// A slider beside each number: it writes into the field, whose form asks for the new numbers.
// Without it the fields and the buttons do the same.
const written = new Intl.NumberFormat(document.documentElement.lang).formatToParts(1.5);
const mark = written.find((part) => part.type === "decimal").value;

function follow(slider, field) {
  const value = Number(field.value.trim().replace(",", "."));
  const one = field.value.trim() !== "" && Number.isFinite(value);
  slider.disabled = !one;
  if (one) slider.value = value;
  slider.setAttribute("aria-valuetext", `${field.value} ${slider.dataset.unit}`.trim());
}

for (const slider of document.querySelectorAll("input[type=range][data-for]")) {
  const field = document.getElementById(slider.dataset.for);
  slider.hidden = false;
  follow(slider, field);
  field.addEventListener("input", () => follow(slider, field));
  slider.addEventListener("input", () => {
    field.value = slider.value.replace(".", mark);
    slider.setAttribute("aria-valuetext", `${field.value} ${slider.dataset.unit}`.trim());
  });
}

const button = document.getElementById("work-out");
if (button) button.hidden = true;

// Which tables stand open outlasts a change of the numbers.
let open = [];
const folds = () => [...document.querySelectorAll("#worked details, #rests details")];
const name = (fold) => fold.textContent.trim().slice(0, 12) + fold.closest("figure")?.querySelector("title")?.textContent;
document.addEventListener("htmx:before:swap", () => {
  open = folds().filter((fold) => fold.open).map(name);
});
document.addEventListener("htmx:after:swap", () => {
  for (const fold of folds()) if (open.includes(name(fold))) fold.open = true;
  for (const wrong of document.querySelectorAll(".eq-knob > .govuk-error-message")) {
    const field = document.getElementById(wrong.id.replace(/-error$/, ""));
    if (wrong.textContent.trim()) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
});
