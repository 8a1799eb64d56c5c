/* Small comforts on top of pages that work without any script. */
(() => {
  "use strict";
  const lang = document.documentElement.lang || "vi";
  const each = (root, selector, act) => root.querySelectorAll(selector).forEach(act);

  // How long since: kept fresh while the page stays open.
  const words = new Intl.RelativeTimeFormat(lang, { numeric: "always" });
  const refresh = () => each(document, "time[data-ago]", (el) => {
    const seconds = (Date.now() - Date.parse(el.dateTime)) / 1000;
    if (seconds < 60 || seconds > 604800) return;
    const [unit, size] = seconds < 3600 ? ["minute", 60] : seconds < 86400 ? ["hour", 3600] : ["day", 86400];
    el.textContent = words.format(-Math.floor(seconds / size), unit);
  });
  setInterval(refresh, 30000);

  // A form is sent once; coming back to the page makes it ready again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if ((form.method || "").toLowerCase() !== "post") return;
    form.dataset.sent = "1";
    each(form, "button:not([type=button])", (el) => el.setAttribute("aria-disabled", "true"));
  });
  const ready = () => each(document, "form[data-sent]", (form) => {
    delete form.dataset.sent;
    each(form, "button[aria-disabled]", (el) => el.removeAttribute("aria-disabled"));
  });
  addEventListener("pageshow", ready);
  document.addEventListener("htmx:afterRequest", ready);

  // A page that answers a form is opened anew on the way back, where a browser would ask whether to send it again.
  each(document, "form[data-again]", (form) => history.replaceState(null, "", form.dataset.again));

  // How much may still be written.
  document.addEventListener("input", (event) => {
    const el = event.target;
    if (!(el instanceof HTMLTextAreaElement) || !("count" in el.dataset)) return;
    const out = document.getElementById(el.id + "-count");
    if (out) out.textContent = out.dataset.words.replace("%(number)s", (el.maxLength - el.value.length).toLocaleString(lang));
  });

  // A list is walked with J and K, opened with Enter, its row picked with X.
  const typing = (el) => el && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT|BUTTON)$/.test(el.tagName) && el.type !== "checkbox");
  const rows = () => [...document.querySelectorAll("[data-keys] > li, [data-keys] > tr")];
  const at = () => rows().findIndex((row) => row.classList.contains("at") || row.contains(document.activeElement));
  const go = (index) => {
    const all = rows();
    if (!all.length) return;
    const row = all[Math.max(0, Math.min(all.length - 1, index))];
    all.forEach((other) => other.classList.toggle("at", other === row));
    const link = row.querySelector("a[href]");
    if (link) link.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "j") go(at() + 1);
    else if (key === "k") go(at() < 0 ? 0 : at() - 1);
    else if (key === "x") { const box = rows()[at()]?.querySelector("input[type=checkbox]"); if (box) box.click(); }
    else if (key === "enter" && event.target === document.body) rows()[at()]?.querySelector("a[href]")?.click();
    else {
      const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
      if (!target) return;
      target.matches("a, button, summary") ? target.click() : target.focus();
    }
    if (!["enter", "x"].includes(key)) event.preventDefault();
  });

  // What must be mended is read first.
  document.querySelector("[data-focus]")?.focus();
  // A filter acts when it is changed with the pointer. By keys every letter and arrow is a change: its button acts then.
  let byKeys = false;
  const filters = (keys) => { byKeys = keys; each(document, "form[data-auto] button:not([name])", (el) => { el.hidden = !keys; }); };
  filters(false);
  document.addEventListener("keydown", () => byKeys || filters(true), true);
  document.addEventListener("pointerdown", () => { byKeys = false; }, true);
  document.addEventListener("change", (event) => byKeys || event.target.closest("form[data-auto]")?.requestSubmit());
  // In a row that scrolls sideways, the entry where one is stands in sight.
  const inSight = () => each(document, ".tabs [aria-current], .side [aria-current]", (el) => {
    const row = el.closest("ul");
    row.scrollLeft = el.offsetLeft - row.offsetLeft - (row.clientWidth - el.offsetWidth) / 2;
  });
  inSight();
  document.addEventListener("renewed", inSight);
  // Going back keeps what was typed; a link to the same page would not.
  if (history.length > 1) each(document, "[data-back]", (el) => { el.hidden = false; el.addEventListener("click", () => history.back()); });
  // The menu of a phone closes with Escape.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
})();
