// What every spec needs: a server (our mock, or BASE_URL), a browser, pages, screenshots and an audit.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { serve, World } from '../mock/server.mjs';

const SHOTS = fileURLToPath(new URL('../shots/', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const CHROMIUM =
  process.env.CHROMIUM ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) => existsSync(p));

export const DESK = { width: 1440, height: 900 };
export const WALL = { width: 1920, height: 1080 };
export const PHONE = { width: 360, height: 760 };
/** A desk at four times its size, and the smallest phones. */
export const SMALL = { width: 320, height: 640 };

/** Set when the specs run against a real server, which they can look at but not steer. */
export const REAL = process.env.BASE_URL;
/** For specs that steer the server: says by name that they are left out. */
export const steers = REAL ? { skip: 'left out: needs the mock server, BASE_URL is set' } : {};
/** For specs that need games which hold still: a live page moves on while it is measured. */
export const still = REAL ? { skip: 'left out: needs games that hold still, BASE_URL is set' } : {};

/** Opens a browser and a server; `open(path, options)` gives a page. Closes all with `close()`. */
export async function stage({ at = 0.72, spread = 0.3, world = new World(), ...options } = {}) {
  if (!CHROMIUM) throw new Error('no Chromium found; name one in the environment variable CHROMIUM');
  if (!existsSync(new URL('../../dist/index.html', import.meta.url)))
    throw new Error('run npm run build first');
  world.seek(at, spread);
  const server = REAL ? null : await serve(world, options);
  const url = REAL?.replace(/\/$/, '') ?? server.url;
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const errors = [];
  const open = async (path, { viewport = DESK, scheme = 'dark', motion = 'no-preference', ...more } = {}) => {
    const context = await browser.newContext({
      viewport,
      colorScheme: scheme,
      reducedMotion: motion,
      ...more,
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => errors.push(`${path}: ${error.message}`));
    await page.goto(url + path);
    return page;
  };
  const firstGame = async () => {
    const response = await fetch(`${url}/api/v1/games`);
    const { data } = await response.json();
    return data.games[0].id;
  };
  const close = async () => {
    await browser.close();
    await server?.kill();
    assert.deepEqual(errors, [], 'no script failed on any page');
  };
  return { url, world, server, browser, open, close, firstGame };
}

/** Waits until `read` in the page gives what `test` wants, and returns it. */
export async function until(page, read, argument) {
  const handle = await page.waitForFunction(read, argument, { timeout: 10_000 });
  return handle.jsonValue();
}

export async function shot(page, name, options = {}) {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}${name}.png`, ...options });
}

/** Runs axe-core over the page, shadow trees included, and fails on any violation. */
export async function audit(page, name) {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    });
    return violations.map(
      (v) =>
        `${v.id}: ${v.help}: ${v.nodes
          .map((n) => n.target.join(' '))
          .slice(0, 4)
          .join(' | ')}`,
    );
  });
  assert.deepEqual(found, [], `axe on ${name}`);
}

/** Fails where the page is wider than the screen. */
export async function fits(page) {
  const [page_width, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(page_width <= screen, `page is ${page_width} wide on a screen of ${screen}`);
}
