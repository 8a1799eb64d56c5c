/* A file that is too large is told at once, before it travels; without this the house says the same when it arrives. */
(() => {
  "use strict";
  const MOST = 10 * 1024 * 1024;
  const size = (bytes) => (bytes / 1048576).toLocaleString(document.documentElement.lang || "vi", { maximumFractionDigits: 0 });
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file") return;
    const slot = input.closest("[data-slot]");
    if (!slot) return;
    const fits = [...input.files].filter((file) => file.size <= MOST);
    const large = [...input.files].filter((file) => file.size > MOST);
    slot.querySelector("[data-told]")?.remove();
    if (!large.length) return;
    const kept = new DataTransfer();
    fits.forEach((file) => kept.items.add(file));
    input.files = kept.files;
    const told = document.createElement("p");
    told.className = "error-text";
    told.dataset.told = "";
    told.setAttribute("role", "alert");
    told.textContent = large.map((file) => slot.dataset.tooLarge.replace("%(name)s", file.name).replace("%(size)s", size(file.size)).replace("%(most)s", size(MOST))).join(" ");
    input.closest(".file").before(told);
  });
})();
