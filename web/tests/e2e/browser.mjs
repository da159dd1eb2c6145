// A browser for the specs: the Chromium of the machine, driven by Playwright.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) => existsSync(p));

export async function launch() {
  if (!CHROMIUM) throw new Error('no Chromium found; name one in the environment variable CHROMIUM');
  return chromium.launch({
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
}

export const DESK = { width: 1440, height: 900 };
export const WALL = { width: 1920, height: 1080 };
export const PHONE = { width: 360, height: 760 };
