// The history of one value over the page: its link opens it, and F2 in its field or row does. Esc closes it, and the
// browser gives the field its place back. htmx brings the text.
const panel = document.getElementById("value-history");
const TEXT = "#value-history-text";

document.addEventListener("keydown", (event) => {
  if (event.key !== "F2" || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const answer = event.target.closest?.("[data-answer]");
  const link = answer?.querySelector("a[data-history]");
  if (!link) return;
  event.preventDefault();
  const cell = cellOf(event.target, answer.dataset.answer);
  window.htmx.ajax("GET", link.href + (cell ? `?cell=${cell}` : ""), { target: TEXT, swap: "innerHTML" });
});

// Of a cell in a list, named LIST.ROW.COLUMN, its row and column.
function cellOf(field, list) {
  const [row, column] = (field.name ?? "").startsWith(`${list}.`) ? field.name.slice(list.length + 1).split(".") : [];
  return /^\d+$/.test(row) && column ? `${row}.${column}` : "";
}

document.addEventListener("htmx:after:swap", () => {
  if (panel.querySelector("[data-answers]") && !panel.open) panel.showModal();
});
panel.addEventListener("close", () => panel.querySelector(TEXT).replaceChildren());
