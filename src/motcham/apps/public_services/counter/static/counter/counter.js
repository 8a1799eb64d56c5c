/* What a browser can do more at the counter: print with a press, and let the machine print by itself. */
(() => {
  "use strict";
  document.querySelectorAll("[data-print]").forEach((el) => {
    el.hidden = false;
    el.addEventListener("click", () => print());
  });
  if (document.querySelector("[data-print-now]")) addEventListener("load", () => print(), { once: true });
})();
