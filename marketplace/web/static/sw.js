// Keeps the shell (stylesheet, script, type, marks) and one page that says there is no network. Never a page of a person.
const SHELL = "lumbung-asset:app.css";
const KEPT = ["/luring", "asset:app.css", "asset:app.js", "asset:htmx.min.js", "asset:icons.svg", "asset:logo.svg", "asset:favicon.svg", "asset:drawing/jalan.svg", "asset:fonts/plus-jakarta-sans.woff2"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(KEPT)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match("/luring")));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});
