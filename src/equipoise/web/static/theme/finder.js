// The browser's own position, to about a kilometre, for whoever asks for it.
const button = document.querySelector("[data-here]");
const form = document.getElementById("ask");

function found({ coords }) {
  form.elements.at.value = `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`;
  form.elements.near.value = "";
  form.requestSubmit();
}

function refused() {
  document.querySelector("[data-here-refused]").hidden = false;
}

if (button && "geolocation" in navigator) {
  button.parentElement.hidden = false;
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(found, refused));
}
