// Pictures served by a service worker from its own cache, never again from the network.
"use strict";

async function start() {
  await navigator.serviceWorker.register("sw.js");
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) {
    await new Promise((done) => {
      navigator.serviceWorker.addEventListener("controllerchange", done, { once: true });
    });
  }
  for (const image of document.querySelectorAll("img[data-src]")) {
    image.src = image.dataset.src;
  }
}

ready(start());
