/* What a browser can do more at the counter: print with a press, and let the machine print by itself. */
(() => {
  "use strict";
  document.querySelectorAll("[data-print]").forEach((el) => {
    el.hidden = false;
    el.addEventListener("click", () => print());
  });
  // The machine is ready for the next visitor after a while in which nobody touched it.
  document.querySelectorAll("[data-back-after]").forEach((el) => {
    let timer;
    const wait = () => { clearTimeout(timer); timer = setTimeout(() => el.click(), 1000 * el.dataset.backAfter); };
    ["pointerdown", "keydown"].forEach((name) => addEventListener(name, wait));
    wait();
  });
  if (document.querySelector("[data-print-now]")) addEventListener("load", () => print(), { once: true });
})();
