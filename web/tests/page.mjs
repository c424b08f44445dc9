// Tests the page in headless Chromium: `node page.mjs FOLDER SCREENSHOTS`, where FOLDER has `index.html` and
// `playground.wasm`. Needs `playwright-core`.

import { createServer } from "node:http";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { argv, exit } from "node:process";
import { chromium } from "playwright-core";

const [folder, screenshots] = argv.slice(2);
const types = { "index.html": "text/html", "playground.wasm": "application/wasm" };
let bytes = 0;
for (const name of Object.keys(types)) bytes += (await readFile(join(folder, name))).length;

const server = createServer(async (request, response) => {
  const name = request.url === "/" ? "index.html" : request.url.slice(1).split("?")[0];
  if (!(name in types)) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": types[name] }).end(await readFile(join(folder, name)));
});
await new Promise(resolve => server.listen(0, "127.0.0.1", resolve));
const address = `http://127.0.0.1:${server.address().port}/`;

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
let failures = 0;
function check(isTrue, what) {
  if (!isTrue) failures++;
  console.log(`${isTrue ? "ok" : "FAILED"}: ${what}`);
}

async function open(hash = "", options = {}) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, ...options });
  page.errors = [];
  page.on("console", message => { if (message.type() !== "log") page.errors.push(message.text()); });
  page.on("pageerror", error => page.errors.push(String(error)));
  await page.goto(address + hash);
  await page.waitForFunction(() => document.getElementById("loss-value").textContent !== "–");
  return page;
}
const text = (page, id) => page.textContent("#" + id);
const number = async (page, id) => Number((await text(page, id)).replace(/[ ,%]/g, ""));
const lossBelow = (page, bound) => page.waitForFunction(
  bound => Number(document.getElementById("loss-value").textContent) < bound, bound, { timeout: 60000 });

async function trains(task, hash, bound) {
  const page = await open(hash);
  const before = (await page.getAttribute("#loss", "aria-label")).match(/from (\S+)/)[1];
  await lossBelow(page, bound).catch(() => {});
  const after = await number(page, "loss-value");
  check(after < bound, `${task}: the loss fell from ${before} to ${after}, below ${bound}, in ${await text(page, "epoch")} epochs`);
  const score = await number(page, "score");
  check(task === "sine" ? score < 0.1 : score >= 97, `${task}: ${await text(page, "score-name")} ${score}`);
  console.log(`  ${await text(page, "rate-of-steps")}`);
  check(page.errors.length === 0, `${task}: no error on the console ${page.errors}`);
  await page.keyboard.press("Space");
  await page.screenshot({ path: join(screenshots, `${task}.png`) });
  await page.close();
}

async function keys() {
  const page = await open("#task=moons&seed=3");
  await page.keyboard.press("Space");
  check(await text(page, "run") === "Run", "a space pauses");
  const epoch = await text(page, "epoch"), loss = await text(page, "loss-value");
  await page.waitForTimeout(200);
  check(await text(page, "loss-value") === loss, "nothing changes in a pause");
  check((await text(page, "status")).startsWith("Paused. Epoch"), "the pause is announced");
  await page.keyboard.press("r");
  check(await text(page, "epoch") === "0" && epoch !== "", "R resets");
  const first = await text(page, "loss-value");
  for (let i = 0; i < 6; i++) await page.keyboard.press("s");
  check(await text(page, "epoch") === "1", "six steps of 40 of 240 samples are an epoch");
  const stepped = await text(page, "loss-value");
  check(stepped !== first, "steps change the loss");
  // The same seed, the same bits.
  await page.keyboard.press("r");
  check(await text(page, "loss-value") === first, "a reset has the same initial weights");
  for (let i = 0; i < 6; i++) await page.keyboard.press("s");
  check(await text(page, "loss-value") === stepped, "the same seed trains alike");
  check(page.errors.length === 0, `keys: no error on the console ${page.errors}`);
  await page.close();
}

async function controls() {
  const page = await open();
  await page.click("#run");
  check(await text(page, "run") === "Run", "the button pauses");
  await page.check("input[value=spiral]");
  await page.check("input[value='16-16']");
  await page.check("input[value=relu]");
  await page.selectOption("#batch", "80");
  await page.check("input[value=full]");
  await page.fill("#seed", "12");
  await page.press("#seed", "Enter");
  await page.fill("#noise", "0.2");
  await page.fill("#rate", "-1.5");
  const hash = await page.evaluate(() => location.hash);
  const expected = "#task=spiral&network=16-16&activation=relu&rate=-1.5&noise=0.2&batch=80&seed=12&speed=full";
  check(hash === expected, `the address has the settings ${hash}`);
  check(await text(page, "count") === "337 parameters", "the weights are those of 2-16-16-1");
  const label = await page.getAttribute("#network", "aria-label");
  check(label.startsWith("Network of layers 2, 16, 16, 1"), "the drawing of the weights has a description");
  const loss = await text(page, "loss-value");
  const again = await open(hash);
  await again.keyboard.press("Space");
  await again.keyboard.press("r");
  check(await text(again, "loss-value") === loss, "the address restores the same network and data");
  check(await again.isChecked("input[value=relu]"), "the address restores the choices");
  await page.focus("input[value=spiral]");
  await page.keyboard.press("ArrowLeft");
  check(await page.isChecked("input[value=moons]"), "arrow keys choose a task");
  for (const page of [await open("#task=nothing&rate=7&seed=-1&batch=3&noise=NaN")]) {
    check(await page.isChecked("input[value=moons]") && await page.inputValue("#seed") === "1", "invalid settings are defaults");
    check(page.errors.length === 0, "invalid settings are no error");
    await page.close();
  }
  await again.close();
  await page.close();
}

async function looks() {
  for (const [name, width, height] of [["wide", 1280, 860], ["medium", 900, 1100], ["narrow", 390, 1500]]) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await open("#task=spiral&network=16-16&activation=tanh&seed=4&speed=full", { viewport: { width, height }, colorScheme });
      await lossBelow(page, 0.1).catch(() => {});
      await page.keyboard.press("Space");
      const theme = await page.evaluate(() => document.documentElement.dataset.theme);
      check(theme === colorScheme, `${name}: the page follows the system to ${colorScheme}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(overflow <= 0, `${name}, ${colorScheme}: nothing is cut off`);
      await page.screenshot({ path: join(screenshots, `${name}-${colorScheme}.png`), fullPage: true });
      await page.close();
    }
  }
  const page = await open("", { reducedMotion: "reduce" });
  check(await text(page, "run") === "Run", "with reduced motion, the page waits");
  await page.click("#theme");
  check(await page.evaluate(() => document.documentElement.dataset.theme) === "dark", "the button changes the colors");
  // Everything that can be operated has a name.
  const nameless = await page.evaluate(() => [...document.querySelectorAll("button, input, select, canvas")]
    .filter(element => !(element.labels?.length || element.textContent.trim() || element.getAttribute("aria-label")))
    .map(element => element.outerHTML));
  check(nameless.length === 0, `every control has a name ${nameless}`);
  await page.close();
}

await mkdir(screenshots, { recursive: true });
check(bytes <= 200000, `the page has ${bytes} bytes`);
await trains("sine", "#task=sine&network=8-8&activation=tanh&noise=0&speed=full", 0.002);
await trains("moons", "#task=moons&network=8-8&activation=gelu&noise=0.1&speed=full", 0.05);
await trains("spiral", "#task=spiral&network=16-16&activation=tanh&noise=0.04&speed=full", 0.05);
await keys();
await controls();
await looks();
await browser.close();
server.close();
exit(failures ? 1 : 0);
