// Fetches the page's pictures once, keeps them, and answers from what it kept.
"use strict";

const STORE = "pictures";
const PICTURES = $pictures;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(STORE).then((store) => store.addAll(PICTURES)));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  if (!PICTURES.some((path) => new URL(path, location.href).href === event.request.url)) {
    return;
  }
  event.respondWith(
    caches.open(STORE).then(async (store) => (await store.match(event.request)) || Response.error()),
  );
});
