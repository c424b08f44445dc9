// Runs a test of `wasm32-wasip1` in node: `node tools/wasi.mjs FILE ARGUMENT…`. It sees the files of the machine.

import { readFile } from "node:fs/promises";
import { argv, cwd, env, exit } from "node:process";
import { WASI } from "node:wasi";

const [file, ...args] = argv.slice(2);
const wasi = new WASI({ version: "preview1", args: [file, ...args], env: { ...env, PWD: cwd() }, preopens: { "/": "/" } });
const module = await WebAssembly.compile(await readFile(file));
exit(wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject())));
