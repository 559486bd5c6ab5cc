// Language by ?lang= or the browser's own; the page says data-ready when every picture has settled.
"use strict";

const wish = new URLSearchParams(location.search).get("lang") || navigator.language;
document.documentElement.lang = wish.startsWith("ko") ? "ko" : "en";

function settled(image) {
  return new Promise((done) => {
    if (image.complete) {
      done();
      return;
    }
    image.addEventListener("load", done, { once: true });
    image.addEventListener("error", done, { once: true });
  });
}

async function ready(work) {
  try {
    await work;
  } catch (error) {
    document.body.dataset.error = String(error);
  }
  const eager = [...document.images].filter((image) => image.loading !== "lazy");
  await Promise.all(eager.map(settled));
  document.body.dataset.ready = "true";
}
