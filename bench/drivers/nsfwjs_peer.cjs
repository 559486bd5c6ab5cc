// nsfwjs under Node with the WASM backend on one thread; sharp decodes (scaled while decoding).
// Same lines in and out as drivers/serve.py. Arguments: folder of node_modules, nsfwjs model name.
"use strict";
const fs = require("fs");
const path = require("path");
const readline = require("readline");
const { createRequire } = require("module");

const [folder, model] = process.argv.slice(2);
const need = createRequire(path.join(folder, "package.json"));
const tf = need("@tensorflow/tfjs");
const wasm = need("@tensorflow/tfjs-backend-wasm");
const sharp = need("sharp");
const nsfwjs = need("nsfwjs");

const SIDE = 224;

const tell = (values) => process.stdout.write(JSON.stringify(values) + "\n");

async function judge(net, body) {
  const pixels = await sharp(body)
    .resize(SIDE, SIDE, { fit: "fill", kernel: "nearest" })
    .removeAlpha()
    .raw()
    .toBuffer();
  const tensor = tf.tensor3d(pixels, [SIDE, SIDE, 3], "int32");
  const classes = await net.classify(tensor);
  tensor.dispose();
  return Object.fromEntries(classes.map((c) => [c.className, Number(c.probability.toFixed(4))]));
}

async function main() {
  console.info = () => {};
  console.log = () => {};
  console.warn = () => {};
  sharp.concurrency(1);
  sharp.cache(false);
  wasm.setThreadsCount(1);
  wasm.setWasmPaths(path.dirname(need.resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm")) + "/");
  await tf.setBackend("wasm");
  await tf.ready();
  const net = await nsfwjs.load(model);
  tell({ ready: true, backend: tf.getBackend() });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const job = JSON.parse(line);
    const body = fs.readFileSync(job.path);
    let said = null;
    const cpu = process.cpuUsage();
    const wall = process.hrtime.bigint();
    for (let i = 0; i < job.count; i++) said = await judge(net, body);
    const spent = process.cpuUsage(cpu);
    tell({ cpu: (spent.user + spent.system) / 1e6, wall: Number(process.hrtime.bigint() - wall) / 1e9, said });
  }
}

main();
