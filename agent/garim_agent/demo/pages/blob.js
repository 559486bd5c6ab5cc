// Pictures that no <img src> names: fetched as blobs, decoded to a canvas.
"use strict";

async function show(figure) {
  const answer = await fetch(figure.dataset.fetch);
  if (!answer.ok) {
    throw new Error(`${answer.status} ${figure.dataset.fetch}`);
  }
  const blob = await answer.blob();
  figure.querySelector("img").src = URL.createObjectURL(blob);
  const bitmap = await createImageBitmap(blob);
  const canvas = figure.querySelector("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  figure.dataset.type = blob.type;
  figure.dataset.size = `${bitmap.width}x${bitmap.height}`;
}

ready(Promise.all([...document.querySelectorAll("[data-fetch]")].map(show)));
