/* What is typed outlives a lost network: it stays in this tab until it has arrived, and goes with the tab. */
(() => {
  "use strict";
  const MARK = "typed:";
  const words = document.currentScript?.dataset || {};
  const place = MARK + location.pathname;
  const fields = (form) => [...form.elements].filter((el) => el.name && (el.tagName === "TEXTAREA" || /^(text|search|tel|email)$/.test(el.type)));
  const read = (key) => JSON.parse(sessionStorage.getItem(key) || "{}");

  // Beside what was typed stands what the house knew then: only where it knows no more today is it put back.
  const keep = (event) => {
    const form = event.target.closest?.("form[data-keep]");
    if (!form) return;
    const typed = Object.fromEntries(fields(form).filter((el) => el.value !== el.defaultValue).map((el) => [el.name, [el.defaultValue, el.value]]));
    sessionStorage.setItem(place, JSON.stringify(typed));
  };
  const put_back = (form) => {
    const typed = read(place);
    for (const el of fields(form)) {
      const [known, value] = typed[el.name] || [];
      if (value === undefined || el.value !== el.defaultValue || el.defaultValue !== known) continue;
      el.value = value;
      el.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  const forget = () => Object.keys(sessionStorage).filter((key) => key.startsWith(MARK)).forEach((key) => sessionStorage.removeItem(key));

  // A band under the head says that the network is gone, and goes when it is back.
  let band;
  const tell = () => {
    if (navigator.onLine) { band?.remove(); band = undefined; return; }
    if (band || !words.offline) return;
    band = document.createElement("div");
    band.className = "band band-offline";
    band.setAttribute("role", "status");
    const text = document.createElement("div");
    text.className = "wrap";
    band.append(text);
    document.querySelector("main")?.before(band);
    text.textContent = words.offline;
  };
  const hold = (event) => {
    if (navigator.onLine || !event.target.matches("form[data-keep]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tell();
    band?.scrollIntoView({ block: "nearest" });
  };

  try {
    document.querySelectorAll("form[data-keep]").forEach(put_back);
    if (document.querySelector("[data-arrived]")) forget();
    document.addEventListener("input", keep);
  } catch (error) { /* A browser that keeps nothing: the house's own draft remains. */ }
  document.addEventListener("submit", hold, true);
  addEventListener("online", tell);
  addEventListener("offline", tell);
  tell();

  // The page that stands for one that could not come shows what was typed there, and comes back by itself.
  const rest = document.querySelector("[data-rest]");
  if (rest) {
    const typed = Object.values(read(place)).map(([, value]) => value).filter(Boolean);
    rest.hidden = !typed.length;
    rest.querySelector("[data-rest-words]").textContent = typed.join("\n\n");
    addEventListener("online", () => location.reload());
  } else if ("serviceWorker" in navigator && isSecureContext) {
    addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
  }
})();
