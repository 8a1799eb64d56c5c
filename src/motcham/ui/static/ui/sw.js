/* Without a network: the look of the house and one page that says what still works. No page of anybody is kept, and
   nothing that is sent passes through here. */
"use strict";
const KEPT = "house-1";
const OFFLINE = "/static/ui/offline.html";
const face = (set, weight) => `/static/vendor/be-vietnam-pro/be-vietnam-pro-${set}-${weight}-normal.woff2`;
const SHELL = [
  OFFLINE,
  ...["tokens.css", "base.css", "components.css", "forms.css", "dot.svg", "motcham.js", "offline.js"].map((name) => `/static/ui/${name}`),
  ...["latin", "vietnamese"].flatMap((set) => [400, 600, 700].map((weight) => face(set, weight))),
];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(SHELL)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))));
  event.waitUntil(Promise.all([old, registration.navigationPreload?.enable(), clients.claim()]));
});

async function page(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch (error) {
    return (await caches.match(OFFLINE)) || Response.error();
  }
}

async function asset(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok && SHELL.includes(new URL(request.url).pathname)) (await caches.open(KEPT)).put(request, answer.clone());
    return answer;
  } catch (error) {
    return (await caches.match(request, { ignoreSearch: true })) || Response.error();
  }
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (SHELL.includes(url.pathname)) event.respondWith(asset(request));
});
