/* The desk by keyboard, the pane beside a list, news that moves nothing, words that are not lost. Pages work without it. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const desk = $("[data-desk]"), pane = $("#pane"), keys = $("#keys");
  const isWide = matchMedia("(min-width: 72rem)");
  const typing = (el) => el && (el.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && !["checkbox", "radio"].includes(el.type)));
  const plain = (text) => text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "");

  // --- the pane: a case opens beside the list where there is room for it
  const open = async (link, key) => {
    const row = link.closest("[data-case]");
    const go = () => { if (key) sessionStorage.setItem("desk.key", key); location.href = link.href; };
    if (!desk || !row || !isWide.matches || !window.htmx) { go(); return; }
    const here = new URL(location.href);
    here.searchParams.set("open", row.dataset.case);
    const back = here.pathname + here.search;
    await htmx.ajax("GET", `${link.pathname}?pane&back=${encodeURIComponent(back)}`, { target: "#pane", swap: "innerHTML" });
    if (!pane.firstElementChild) { go(); return; }
    history.replaceState(null, "", here);
    desk.classList.add("desk-open");
    $$(".is-open").forEach((el) => el.classList.remove("is-open"));
    $$("[data-keys] > .at").forEach((el) => el.classList.remove("at"));
    row.classList.add("is-open", "at");
    row.scrollIntoView({ block: "nearest" });
    dress(pane);
    pane.scrollTop = 0;
    if (!key || !act(key)) pane.focus({ preventScroll: true });
  };
  const shut = () => {
    if (!desk?.classList.contains("desk-open")) return false;
    const here = new URL(location.href);
    here.searchParams.delete("open");
    history.replaceState(null, "", here);
    desk.classList.remove("desk-open");
    const row = $(".is-open");
    row?.classList.remove("is-open");
    pane.replaceChildren();
    $("a", row ?? desk)?.focus();
    return true;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-desk] [data-keys] .what a");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && isWide.matches && window.htmx) { event.preventDefault(); open(link); }
    if (event.target.closest("[data-close-pane]")) shut();
    if (event.target.closest("[data-keys-open]")) keys?.showModal();
  });

  // --- keys: sequences after G, the sheet of keys, picking; what one key does alone is in motcham.js
  let waiting = 0;
  const at = () => $("[data-keys] > .at") ?? $("[data-keys] > :focus-within");
  const press = (name) => {
    const target = $(`[data-key="${CSS.escape(name)}"]`);
    if (!target) return false;
    target.matches("a, button, summary") ? target.click() : target.focus();
    return true;
  };
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.form) { event.target.form.requestSubmit(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || keys?.open) return;
    if (event.key === "Escape") {
      if (typing(event.target)) { event.target.blur(); return; }
      const act = event.target.closest?.("details.act[open]");
      if (act) { act.open = false; $("summary", act).focus(); return; }
      if (!shut() && !desk) $('[data-key="u"]')?.click();
      return;
    }
    if (typing(event.target)) return;
    const key = event.key.toLowerCase();
    const stop = () => { event.preventDefault(); event.stopImmediatePropagation(); };
    if (waiting) {
      clearTimeout(waiting);
      waiting = 0;
      press(`g ${key}`);
      stop();
    } else if (key === "g") {
      waiting = setTimeout(() => { waiting = 0; }, 1500);
      stop();
    } else if (key === "?" && keys) {
      keys.showModal();
      stop();
    } else if (key === "*") {
      const boxes = $$("[data-keys] input[type=checkbox]"), all = boxes.every((box) => box.checked);
      boxes.forEach((box) => { box.checked = !all; });
      picked();
      stop();
    } else if (["c", "t", "a", "h"].includes(key) && desk && !$(`[data-key="${key}"]`)) {
      // On a row: opens its case with that act.
      const link = $(".what a", at() ?? desk);
      if (link) { open(link, key); stop(); }
    } else if (["c", "t", "a", "h"].includes(key) && act(key)) {
      stop();
    } else if (key === "m" && $("[data-keys] input:checked")) {
      $("[data-bulk] [data-key=m]")?.click();
      stop();
    } else if (key === "m" && $(".holder-line [data-key=m]")) {
      $(".holder-line [data-key=m]").click();
      stop();
    }
  }, true);
  const act = (key) => {
    const summary = $(`summary[data-key="${key}"]`);
    if (!summary) return false;
    summary.parentElement.open = true;
    summary.parentElement.scrollIntoView({ block: "nearest" });
    ($("textarea, select, input:not([type=hidden])", summary.parentElement) ?? summary).focus();
    return true;
  };
  $$("[data-keys-open]").forEach((el) => { el.hidden = false; });
  const asked = sessionStorage.getItem("desk.key");
  sessionStorage.removeItem("desk.key");
  if (asked && !desk) act(asked);

  // --- what is picked: the bar of what can be done with it comes with the first tick
  const bar = $("[data-bulk-bar]");
  const picked = () => {
    if (!bar) return;
    const count = $$("[data-keys] input:checked").length;
    bar.hidden = !count;
    $("[data-picked]", bar).textContent = count || "";
  };
  document.addEventListener("change", (event) => { if (event.target.closest("[data-keys]")) picked(); });
  addEventListener("pageshow", picked);
  picked();
  const undo = $("[data-undo]");
  if (undo) setTimeout(() => { undo.hidden = true; }, undo.dataset.undo * 1000);

  // --- news: every 20 seconds while somebody looks; counts change, rows that went are marked, nothing moves
  if (desk?.dataset.fresh) {
    const ask = () => {
      if (document.hidden || !window.htmx || !navigator.onLine) return;
      const known = $$("[data-case]").map((row) => row.dataset.case).join(" ");
      htmx.ajax("GET", desk.dataset.fresh, { swap: "none", source: desk, values: { known }, headers: { "X-Background": "1" } }).then(() => {
        const gone = ($("#news")?.dataset.gone ?? "").split(" ");
        $$("[data-case]").forEach((row) => row.classList.toggle("gone", gone.includes(row.dataset.case)));
      });
    };
    setInterval(ask, 20_000);
    document.addEventListener("visibilitychange", ask);
  }

  // --- words: kept on this device from the first letter until they were sent
  const KEPT = "desk.draft.", DAY = 86_400_000;
  const store = (() => { try { localStorage.setItem("desk.try", "1"); localStorage.removeItem("desk.try"); return localStorage; } catch { return null; } })();
  const forget = () => Object.keys(store ?? {}).filter((name) => name.startsWith(KEPT)).forEach((name) => {
    try { if (Date.now() - JSON.parse(store.getItem(name)).at > DAY) store.removeItem(name); } catch { store.removeItem(name); }
  });
  forget();
  const sent = sessionStorage.getItem("desk.sent");
  if (sent && !$(`form[data-keep="${CSS.escape(sent)}"] .question-wrong`)) store?.removeItem(KEPT + sent);
  sessionStorage.removeItem("desk.sent");

  const dress = (root) => {
    $$("form[data-keep]", root).forEach((form) => {
      const name = KEPT + form.dataset.keep, said = $("[data-kept]", form);
      const areas = $$("textarea", form);
      const read = () => { try { return JSON.parse(store?.getItem(name) ?? "null"); } catch { return null; } };
      const kept = read();
      if (kept && areas.some((area) => kept.text[area.name] && !area.value)) {
        areas.forEach((area) => { if (!area.value) area.value = kept.text[area.name] ?? ""; });
        said.textContent = said.dataset.back;
        said.hidden = false;
      }
      form.addEventListener("input", () => {
        const text = Object.fromEntries(areas.map((area) => [area.name, area.value]).filter(([, value]) => value.trim()));
        if (!store) return;
        if (!Object.keys(text).length) { store.removeItem(name); return; }
        store.setItem(name, JSON.stringify({ at: Date.now(), text }));
        said.textContent = said.dataset.words;
        said.hidden = false;
      });
      form.addEventListener("submit", (event) => {
        if (!navigator.onLine) {
          event.preventDefault();
          event.stopImmediatePropagation();
          said.textContent = said.dataset.offline;
          said.hidden = false;
          return;
        }
        sessionStorage.setItem("desk.sent", form.dataset.keep);
      });
    });
    // A reply text goes in as soon as it is chosen with the pointer; by keys every arrow chooses, so the button puts it in.
    $$("select[data-reply]", root).forEach((select) => {
      let pointed = false;
      select.addEventListener("pointerdown", () => { pointed = true; });
      select.addEventListener("keydown", () => { pointed = false; });
      const fill = () => {
        const area = document.getElementById(select.dataset.reply), text = select.selectedOptions[0]?.dataset.text;
        if (!area || !text) return;
        area.value = area.value.trim() ? `${area.value.trimEnd()}\n\n${text}` : text;
        area.dispatchEvent(new Event("input", { bubbles: true }));
        select.value = "";
        area.focus();
      };
      select.addEventListener("change", () => pointed && fill());
      $("button", select.parentElement).addEventListener("click", (event) => { event.preventDefault(); fill(); });
    });
    $$("[data-suggest]", root).forEach((box) => {
      const select = document.getElementById(`q-${box.dataset.suggest}`);
      if (!select) return;
      box.hidden = false;
      const mark = () => $$("button", box).forEach((button) => button.setAttribute("aria-pressed", button.value === select.value));
      box.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button) { select.value = button.value; mark(); }
      });
      select.addEventListener("change", mark);
      mark();
    });
    // A phone in the field opens its camera; what is in the gallery stays one touch away.
    if (matchMedia("(pointer: coarse)").matches) $$("form[data-photos] input[type=file]", root).forEach((input) => camera(input));
    $$("[data-close-pane]", root).forEach((el) => { el.hidden = false; });
  };
  const camera = (input) => {
    const words = { vi: "Chụp ảnh", en: "Take a photo" };
    const button = document.createElement("label");
    button.className = "button button-quiet";
    button.textContent = words[document.documentElement.lang] ?? words.vi;
    const shot = input.cloneNode();
    shot.id += "-camera";
    shot.setAttribute("capture", "environment");
    shot.className = "hidden-text";
    button.append(shot);
    input.before(button);
  };
  dress(document);

  // --- the intake: what is known comes beside the form while it is filled in
  const intake = $("form[data-intake]");
  if (intake) {
    const clock = $("[data-began]");
    const tick = () => {
      const seconds = Math.max(0, Math.floor(Date.now() / 1000 - clock.dataset.began));
      clock.textContent = clock.dataset.words.replace("%(time)s", `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`);
    };
    setInterval(tick, 1000);
    tick();
    let asked = "";
    const look = () => {
      const body = new URLSearchParams(new FormData(intake)).toString();
      if (body === asked || !window.htmx) return;
      asked = body;
      htmx.ajax("POST", intake.dataset.intake, { target: "#around", swap: "innerHTML", source: intake });
    };
    let pause = 0;
    intake.addEventListener("change", () => { clearTimeout(pause); pause = setTimeout(look, 150); });
    intake.addEventListener("click", (event) => {
      const button = event.target.closest("[data-areas] button");
      const select = $("select[name$=-area]", intake);
      if (button && select) { select.value = button.value; select.dispatchEvent(new Event("change", { bubbles: true })); }
    });
    $$("[data-pick]", intake).forEach((box) => {
      const groups = $(".choice-groups, .choices", box);
      if (!groups) return;
      const input = document.createElement("input");
      Object.assign(input, { type: "search", className: "input pick-search", placeholder: box.dataset.pick, autocomplete: "off" });
      input.setAttribute("aria-label", box.dataset.pick);
      groups.before(input);
      groups.dataset.searched = "";
      const narrow = () => {
        const wanted = plain(input.value).split(/\s+/).filter(Boolean);
        groups.toggleAttribute("data-wanted", wanted.length > 0);
        $$(".choice", groups).forEach((choice) => {
          const text = plain(choice.textContent);
          choice.toggleAttribute("data-none", !wanted.every((word) => text.includes(word)));
        });
        $$(".choice-group", groups).forEach((group) => {
          group.removeAttribute("name");
          const found = $$(".choice:not([data-none])", group).length;
          group.toggleAttribute("data-none", !found);
          group.open = wanted.length > 0 && found > 0 || !!$("input:checked", group);
        });
      };
      input.addEventListener("input", narrow);
      input.addEventListener("keydown", (event) => {
        if (!["Enter", "ArrowDown"].includes(event.key) || event.ctrlKey) return;
        event.preventDefault();
        const first = $(".choice:not([data-none]) input", groups);
        if (!first) return;
        if (event.key === "Enter") first.click();
        first.focus();
      });
    });
  }
})();
