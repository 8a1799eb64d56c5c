/* While somebody types: asks what is to be said at once (emergency numbers, who will read it) and shows it below the words. */
(() => {
  "use strict";
  const address = document.currentScript.dataset.advice;
  const shown = document.getElementById("advice");
  let waiting = 0, asked = "";
  for (const field of document.querySelectorAll("textarea")) {
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        const text = field.value;
        if (text === asked || text.trim().length < 4) return;
        asked = text;
        const form = new FormData(field.form);
        const body = new URLSearchParams({ [field.name]: text, csrfmiddlewaretoken: form.get("csrfmiddlewaretoken") });
        try {
          const answer = await fetch(address, { method: "POST", body, credentials: "same-origin" });
          if (!answer.ok) return;
          const said = (await answer.text()).trim();
          if (said !== shown.dataset.said) { shown.dataset.said = said; shown.innerHTML = said; field.closest(".question").after(shown); }
        } catch { /* without a line the page says it when it is sent */ }
      }, 500);
    });
  }
})();
