/* The map that moves: loaded only when somebody asks for it, drawn over the figures that the page's own SVG carries. */
const here = (name) => new URL(`../vendor/${name}`, import.meta.url).href;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");
let map, boundaries, chosen, failed = false;

const part = (name) => document.querySelector(`[data-map-part="${name}"]`);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const codeOf = (link) => /\/ward\/([0-9]+)\//.exec(link.getAttribute("href"))?.[1];

// The SVG stays the one source of what the map shows: its class is the step, its title the words, its link the page.
function figures() {
  const found = new Map();
  for (const link of document.querySelectorAll(".map-drawn a[href]")) {
    const step = /step-([0-5])/.exec(link.querySelector("path")?.getAttribute("class") || "");
    found.set(codeOf(link), { step: step ? Number(step[1]) : -1, words: link.querySelector("title")?.textContent || "", href: link.getAttribute("href") });
  }
  return found;
}

function filled() {
  const known = figures();
  for (const feature of boundaries.features) Object.assign(feature.properties, known.get(feature.properties.code) || { step: -1, words: feature.properties.name, href: "" });
  return boundaries;
}

function box() {
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const { geometry, properties } of boundaries.features) {
    // Côn Đảo lies far out in the sea: it is reached by moving, the first view is the mainland.
    if (properties.kind === "special_zone") continue;
    for (const polygon of geometry.coordinates) for (const [lon, lat] of polygon[0]) {
      west = Math.min(west, lon); east = Math.max(east, lon); south = Math.min(south, lat); north = Math.max(north, lat);
    }
  }
  return [[west, south], [east, north]];
}

function paint() {
  if (!map) return;
  map.setPaintProperty("ground", "background-color", colour("--card"));
  map.setPaintProperty("wards", "fill-color", ["match", ["get", "step"], ...[0, 1, 2, 3, 4, 5].flatMap((step) => [step, colour(`--map-${step}`)]), colour("--map-none-ground")]);
  map.setPaintProperty("edges", "line-color", colour("--map-edge"));
  map.setPaintProperty("chosen", "line-color", colour("--ink"));
  map.updateImage("hatch", hatch());
}

function hatch() {
  const size = 8, data = new Uint8Array(size * size * 4);
  const [line, ground] = ["--map-none", "--map-none-ground"].map((name) => colour(name).match(/\w\w/g).map((part) => parseInt(part, 16)));
  for (let y = 0; y < size; y += 1) for (let x = 0; x < size; x += 1) {
    const [r, g, b] = (x + y) % size < 2 ? line : ground;
    data.set([r, g, b, 255], (y * size + x) * 4);
  }
  return { width: size, height: size, data };
}

function tell(feature) {
  chosen = feature?.properties;
  map.setFilter("chosen", ["==", ["get", "code"], chosen?.code || ""]);
  part("words").textContent = chosen?.words || "";
}

async function draw() {
  const holder = part("live");
  const css = document.createElement("link");
  Object.assign(css, { rel: "stylesheet", href: here("maplibre-gl.css") });
  document.head.append(css);
  const [gl, answer] = await Promise.all([import(here("maplibre-gl.mjs")), fetch(holder.dataset.boundaries)]);
  if (!answer.ok) throw new Error(answer.statusText);
  boundaries = await answer.json();
  gl.setWorkerUrl(here("maplibre-gl-worker.mjs"));
  holder.hidden = false;
  map = new gl.Map({
    container: holder,
    style: {
      version: 8,
      sources: { wards: { type: "geojson", data: filled() } },
      layers: [
        { id: "ground", type: "background", paint: {} },
        { id: "wards", type: "fill", source: "wards" },
        { id: "edges", type: "line", source: "wards", paint: { "line-width": 0.75 } },
        { id: "chosen", type: "line", source: "wards", filter: ["==", ["get", "code"], ""], paint: { "line-width": 2.5 } },
      ],
    },
    bounds: box(),
    fitBoundsOptions: { padding: 12 },
    maxBounds: [[104.5, 7.5], [109.5, 12.7]],
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    cooperativeGestures: true,
    fadeDuration: still.matches ? 0 : 200,
    locale: JSON.parse(holder.dataset.words),
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new gl.NavigationControl({ showCompass: false }), "top-left");
  map.getCanvas().setAttribute("aria-label", holder.getAttribute("aria-label"));
  await new Promise((done) => map.once("load", done));
  map.addImage("hatch", hatch());
  map.addLayer({ id: "unknown", type: "fill", source: "wards", filter: ["==", ["get", "step"], -1], paint: { "fill-pattern": "hatch" } }, "edges");
  paint();
  dark.addEventListener("change", paint);
  const at = (point) => map.queryRenderedFeatures(point, { layers: ["wards"] })[0];
  map.on("mousemove", (event) => { const found = at(event.point); map.getCanvas().classList.toggle("over", !!found); if (found?.properties.code !== chosen?.code) tell(found); });
  map.on("click", (event) => { const found = at(event.point); if (found?.properties.href) location.assign(found.properties.href); });
  // With the keyboard the ward in the middle is the chosen one; Enter opens it.
  const middle = () => { if (document.activeElement === map.getCanvas()) tell(at(map.project(map.getCenter()))); };
  map.on("moveend", middle);
  // What lies there may be drawn only after the map has come to rest.
  map.on("idle", () => chosen || middle());
  map.getCanvas().addEventListener("focus", middle);
  map.getCanvas().addEventListener("keydown", (event) => { if (event.key === "Enter" && chosen?.href) location.assign(chosen.href); });
}

async function toggle(button) {
  const open = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(open));
  const drawn = () => document.querySelector(".map-drawn .map-sheet");
  if (open && !map) {
    button.disabled = true;
    failed = false;
    try { await draw(); } catch (error) {
      map = undefined;
      failed = true;
      part("live").hidden = true;
      button.setAttribute("aria-pressed", "false");
      return ready();
    } finally { button.disabled = false; }
  }
  part("live").hidden = !open;
  drawn().hidden = open;
  if (open) { map.resize(); map.getCanvas().focus({ preventScroll: true }); } else part("words").textContent = "";
}

function ready() {
  const button = part("button");
  if (!button) return;
  button.hidden = false;
  if (failed) part("words").textContent = button.dataset.sorry;
  if (map && !part("live").hidden) {
    button.setAttribute("aria-pressed", "true");
    document.querySelector(".map-drawn .map-sheet").hidden = true;
    map.getSource("wards").setData(filled());
  }
}

document.addEventListener("click", (event) => { const button = event.target.closest('[data-map-part="button"]'); if (button) toggle(button); });
document.addEventListener("renewed", ready);
ready();
