/* "Use my position": fills the hidden coordinates; choosing a ward by hand takes them out again. */
(() => {
  "use strict";
  for (const field of document.querySelectorAll("[data-place]")) {
    const lon = field.querySelector("[data-lon]"), lat = field.querySelector("[data-lat]");
    const said = field.querySelector("[data-said]"), area = field.querySelector("select");
    const offer = field.querySelector("[data-position]");
    if (!("geolocation" in navigator)) continue;
    offer.hidden = false;
    offer.querySelector("button").addEventListener("click", () => {
      said.textContent = said.dataset.waiting;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          lon.value = coords.longitude.toFixed(6);
          lat.value = coords.latitude.toFixed(6);
          area.value = "";
          said.textContent = said.dataset.found.replace("%(metres)s", Math.round(coords.accuracy));
        },
        () => { said.textContent = said.dataset.failed; },
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
      );
    });
    area.addEventListener("change", () => {
      if (!area.value) return;
      lon.value = lat.value = "";
      said.textContent = "";
    });
  }
})();
