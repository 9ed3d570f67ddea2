// A calendar beside a date: the browser's own, opened by its button or by Alt and the arrow down in the box.
// What is picked stands in the box as text; the server reads it like anything that is typed there.
const pickable = "showPicker" in HTMLInputElement.prototype;
if (pickable) document.body.classList.add("eq-picks");

document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".eq-pick");
  if (button) pick(button);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" || !event.altKey || !event.target.matches?.("[data-day]")) return;
  event.preventDefault();
  pick(event.target.parentElement.querySelector(".eq-pick"));
});

function pick(button) {
  if (!pickable) return;
  const box = button.parentElement.querySelector("[data-day]");
  for (const left of document.querySelectorAll(".eq-pick__calendar")) left.remove();
  const calendar = document.createElement("input");
  calendar.type = "date";
  calendar.className = "eq-pick__calendar";
  calendar.tabIndex = -1;
  calendar.setAttribute("aria-hidden", "true");
  button.after(calendar);
  calendar.addEventListener("change", () => {
    box.value = calendar.value;
    for (const kind of ["input", "change"]) box.dispatchEvent(new Event(kind, { bubbles: true }));
    calendar.remove();
    box.focus();
  });
  calendar.showPicker();
}
