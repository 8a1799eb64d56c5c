/* What is asked for again and again is put in place as a whole: htmx would visit each of a thousand elements, old and new. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, serverResponse, xhr } = event.detail;
  const came = "renewed" in target.dataset && xhr.status === 200 && new DOMParser().parseFromString(serverResponse, "text/html").getElementById(target.id);
  if (!came) return;
  event.detail.shouldSwap = false;
  const gone = new Set(target.childNodes);
  const focused = document.activeElement;
  const kept = [...target.querySelectorAll("[hx-preserve]")].map((el) => [el, came.querySelector(`#${CSS.escape(el.id)}`)]);
  target.setAttribute("hx-headers", came.getAttribute("hx-headers"));
  target.append(...came.childNodes);
  // Moved and not taken out, where the browser knows how: what has the focus, and a map that is drawn, stay as they are.
  for (const [el, place] of kept) if (place) {
    place.parentNode.moveBefore ? place.parentNode.moveBefore(el, place) : place.before(el);
    place.remove();
    gone.delete(el);
  }
  gone.forEach((el) => el.remove());
  if (focused !== document.activeElement) (focused.isConnected ? focused : document.getElementById(focused.id))?.focus({ preventScroll: true });
  target.dispatchEvent(new CustomEvent("renewed", { bubbles: true }));
});
