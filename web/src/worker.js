// The service worker: the page and its networks are kept, so that it works without a connection.

const KEPT = "scenegan-VERSION";
const FILES = ["FILES"];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(
    names.filter((name) => name.startsWith("scenegan-") && name !== KEPT).map((name) => caches.delete(name)),
  )).then(() => self.clients.claim()));
});

addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(caches.open(KEPT).then(async (cache) => {
    const kept = await cache.match(event.request, { ignoreSearch: true });
    return kept || fetch(event.request);
  }));
});
