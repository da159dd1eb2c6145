import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { serve } from '../mock/server.mjs';
import { audit, DESK, fits, PHONE, shot, stage, steers, until, WALL } from './stage.mjs';

const FULL = { fullPage: true };
const SECOND = 1_000_000;

describe('crowd, of any server', () => {
  it('shows a crowd, or what to do where there is none', async () => {
    const s = await stage();
    const page = await s.open(`/game/${await s.firstGame()}/crowd`, { viewport: PHONE });
    await page.locator('momentum-strip, .empty').first().waitFor();
    await page.getByRole('link', { name: 'Game', exact: true }).waitFor();
    await fits(page);
    await audit(page, 'a crowd');
    await s.close();
  });
});

describe('crowd', steers, () => {
  let s;
  let id;
  before(async () => {
    s = await stage();
    id = [...s.world.games.keys()][1];
  });
  after(() => s.close());

  const open = async (options, game = id, query = '') => {
    const page = await s.open(`/game/${game}/crowd${query}`, options);
    await page.locator('momentum-strip .fill').first().waitFor({ state: 'attached' });
    return page;
  };
  const stateOf = (game = id) => s.world.games.get(game).crowd.state;
  const now = (game = id) => stateOf(game).momentum.at;
  const strip = (page) => page.locator('momentum-strip .stage');
  const stripAt = (page) => page.locator('momentum-strip').evaluate((el) => el.at);
  const chart = (page, property) => page.locator('wp-chart').evaluate((el, name) => el[name], property);
  const momentOf = (number, more = {}) => ({
    fact: 'moment',
    number,
    kind: 'crowd',
    side: null,
    intensity: 71,
    onset: now(),
    found: now() + 0.3 * SECOND,
    confidence: 0.7,
    senses: ['sound'],
    ...more,
  });

  it('shows all in both themes and on a phone, and passes the audit', async () => {
    for (const [name, options] of [
      ['dark', { viewport: WALL }],
      ['light', { scheme: 'light', viewport: DESK }],
      ['phone', { viewport: PHONE, deviceScaleFactor: 2 }],
    ]) {
      const page = await open(options);
      await fits(page);
      await shot(page, `crowd-${name}`, FULL);
      await audit(page, `the crowd, ${name}`);
    }
  });

  it('is a link away from the game, and the game from it', async () => {
    const page = await s.open(`/game/${id}`);
    await page.getByRole('link', { name: 'Crowd' }).click();
    await page.locator('momentum-strip').waitFor();
    assert.match(page.url(), new RegExp(`/game/${id}/crowd$`));
    assert.match(await page.title(), /^Crowd, /);
    await page.getByRole('link', { name: 'Game', exact: true }).click();
    await page.locator('play-list').waitFor();
    assert.match(page.url(), new RegExp(`/game/${id}$`));
  });

  it('moves one cursor over chart and strip, by keys and by pointer', async () => {
    const page = await open();
    await strip(page).focus();
    await page.keyboard.press('Home');
    const { trail, moments } = stateOf();
    assert.equal(await stripAt(page), trail[0].at_ms);
    await page.keyboard.press('End');
    assert.equal(await stripAt(page), trail.at(-1).at_ms);
    const plays = s.world.games.get(id).snapshot.plays;
    const latest = plays.slice(-3).map((p) => p.play_id);
    assert.ok(latest.includes(await chart(page, 'selected')), 'the chart shows the play of that time');
    await page.keyboard.press('ArrowUp');
    const last = moments.findLast((m) => m.onset / 1000 < trail.at(-1).at_ms);
    assert.equal(await stripAt(page), last.onset / 1000);
    assert.match(await strip(page).getAttribute('aria-valuetext'), /^Q\d .+, intensity \d+, \w+$/);
    await page.keyboard.press('Escape');
    assert.equal(await stripAt(page), null);
    assert.equal(await chart(page, 'selected'), null);

    const box = await strip(page).boundingBox();
    await page.mouse.move(box.x + box.width * 0.3, box.y + 80);
    const lines = await page.evaluate(() => {
      const root = document.querySelector('md-app').shadowRoot.querySelector('md-crowd').shadowRoot;
      return ['wp-chart', 'momentum-strip'].map((name) => {
        const line = root.querySelector(name).shadowRoot.querySelector('line.cursor');
        return line && Number(line.getAttribute('x1'));
      });
    });
    assert.ok(lines[0] > 0 && Math.abs(lines[0] - lines[1]) < 0.5, `one cursor, not ${lines}`);
    await page.getByText(/^Intensity \d+, \w+$/).waitFor();
    await shot(page, 'crowd-walking');
    await page.mouse.move(box.x + box.width * 0.3, 4);
    assert.equal(await stripAt(page), null);

    const above = await page.locator('wp-chart .stage').boundingBox();
    await page.mouse.move(above.x + above.width * 0.25, above.y + 90);
    assert.notEqual(await stripAt(page), null, 'the strip follows the chart');
  });

  it('marks moments on the strip: named, reached by keys, and one with the list', async () => {
    const page = await open();
    const marks = page.locator('momentum-strip .marks button');
    const count = await marks.count();
    assert.ok(count >= 2);
    for (let i = 0; i < count; i++) assert.match(await marks.nth(i).getAttribute('aria-label'), /Q\d/);
    await marks.last().focus();
    await page.keyboard.press('Enter');
    const number = await page.locator('moment-list').evaluate((el) => el.selected);
    const row = page.locator(`moment-list [data-number="${number}"]`);
    assert.equal(await row.getAttribute('aria-pressed'), 'true');
    assert.equal(await stripAt(page), stateOf().moments.find((m) => m.number === number).onset / 1000);
    await row.click();
    assert.equal(await stripAt(page), null, 'a second click lets go');
  });

  it('has a table of every minute behind the strip', async () => {
    const page = await open();
    const minutes = new Set(stateOf().trail.map((p) => Math.floor(p.at_ms / 60_000)));
    assert.equal(await page.locator('momentum-strip tbody tr').count(), minutes.size);
    await page.locator('momentum-strip .tools button').click();
    assert.ok(await page.locator('momentum-strip .scroll table').isVisible());
  });

  it('tells a moment when it comes, and changes it where it stands', async () => {
    const page = await open();
    const number = (stateOf().moments.at(-1)?.number ?? 0) + 1;
    const live = page.locator('moment-list [aria-live="polite"]');
    assert.equal((await live.textContent()).trim(), '');
    s.world.tellCrowd(id, [momentOf(number)]);
    const row = page.locator(`moment-list [data-number="${number}"]`);
    await row.getByText('The crowd stirred').waitFor();
    assert.equal((await live.textContent()).trim(), 'The crowd stirred');
    await row.evaluate((el) => {
      el.stayed = true;
    });
    const known = { kind: 'score', side: 'home', player: 'A. Brook', senses: ['game', 'sound'] };
    s.world.tellCrowd(id, [momentOf(number, known)]);
    await row.getByText('A. Brook').waitFor();
    await row.getByText('Told by game, sound').waitFor();
    assert.equal(await row.evaluate((el) => el.stayed), true, 'the same row');
    assert.equal(
      await page.locator('moment-list li').first().locator('button').getAttribute('data-number'),
      `${number}`,
    );
  });

  it('says what is wrong with a microphone and what to do, until it is put right', async () => {
    const page = await open({ scheme: 'light' });
    const refused = (code, phase) => ({
      fact: 'sound',
      sound: 'refused',
      mic: 'home-end',
      at: now(),
      code,
      phase,
    });
    s.world.tellCrowd(id, [refused('clipped', 'began'), refused('silent', 'began')]);
    const box = page.locator('level-meter [data-mic="home-end"] [data-code="clipped"]');
    await box.getByText('Overdriven').waitFor();
    await box.getByText(/Turn the gain down/).waitFor();
    await page.locator('level-meter').scrollIntoViewIfNeeded();
    await shot(page, 'crowd-trouble');
    await audit(page, 'a microphone in trouble');
    s.world.tellCrowd(id, [refused('clipped', 'ended'), refused('silent', 'ended')]);
    await box.waitFor({ state: 'detached' });
  });

  it('tells heard from stale from missing', async () => {
    const page = await open();
    const sense = (name) => page.locator(`momentum-now tr[data-sense="${name}"]`);
    assert.equal(await sense('sound').getAttribute('data-hearing'), 'heard');
    assert.equal(await sense('tracking').getAttribute('data-hearing'), 'missing');
    // Time goes on for everyone but the microphones.
    s.world.tellCrowd(id, [{ ...stateOf().momentum, fact: 'momentum', at: now() + 12 * SECOND }]);
    await page.locator('momentum-now tr[data-sense="sound"][data-hearing="stale"]').waitFor();
    assert.match(await sense('sound').textContent(), /stale, 12/);
    await shot(page, 'crowd-stale-sense');
  });

  it('draws no more often than there are frames', async () => {
    const page = await open();
    await page.evaluate(() => {
      window.told = window.frames_seen = 0;
      const crowd = document.querySelector('md-app').shadowRoot.querySelector('md-crowd');
      crowd.crowds.feed.addEventListener('change', () => window.told++);
      const count = () => requestAnimationFrame(() => count(window.frames_seen++));
      count();
    });
    const at = now();
    for (let i = 1; i <= 200; i++) {
      const momentum = { ...stateOf().momentum, fact: 'momentum', at: at + i * 100, home: 42 };
      s.world.tellCrowd(id, [momentum]);
    }
    await page.locator('momentum-now .side.home').getByText('+42').waitFor();
    const [told, frames] = await page.evaluate(() => [window.told, window.frames_seen]);
    assert.ok(told > 0 && told <= frames + 1, `drawn ${told} times in ${frames} frames`);
  });

  it('gives the strip a clock of its own where plays do not say when they were', async () => {
    const game = [...s.world.games.keys()].at(-1);
    const page = await open({ viewport: WALL }, game);
    await page.getByText('By the time of day').waitFor();
    await shot(page, 'crowd-own-clock');
    await strip(page).focus();
    await page.keyboard.press('Home');
    assert.equal(await stripAt(page), stateOf(game).trail[0].at_ms);
    assert.equal(await chart(page, 'selected'), null, 'the chart has another axis');
  });

  it('says what to do where no sense reports, and begins as soon as one does', async () => {
    const game = [...s.world.games.keys()][4];
    const page = await s.open(`/game/${game}/crowd`, { viewport: PHONE });
    await page.getByText('No sense reports from this game').waitFor();
    await fits(page);
    await shot(page, 'crowd-empty');
    await audit(page, 'a crowd that nobody listens to');
    const mood = {
      fact: 'mood',
      room: 'club-app',
      at: 1.9e15,
      joy: 0.5,
      rage: 0.2,
      surprise: 0.1,
      neutral: 0.2,
    };
    s.world.tellCrowd(game, [{ ...mood, rate_per_s: 3, volatility: 0.1, spam_share: 0, confidence: 0.8 }]);
    await page.locator('room-moods').getByText('club-app').waitFor();
    await page.getByText('No momentum yet').waitFor();
    await fits(page);
    await audit(page, 'a crowd with nothing but a room');
    s.world.games.get(game).crowd.state = { ...stateOf(game), moods: [] };
  });

  it('shows nothing that tells the score while spoilers are hidden', async () => {
    const page = await open();
    await page.locator('#spoilers').click();
    await page.getByText('Spoilers are hidden').waitFor();
    for (const name of [
      'momentum-now',
      'momentum-strip',
      'wp-chart',
      'moment-list',
      'level-meter',
      'room-moods',
    ]) {
      assert.equal(await page.locator(name).count(), 0, name);
    }
    await shot(page, 'crowd-hidden');
    await page.getByText('Show this game').click();
    await page.locator('momentum-strip').waitFor();
  });

  it('reads from right to left, and stands still where motion is to be reduced', async () => {
    for (const viewport of [DESK, PHONE]) {
      const page = await open({ viewport, motion: 'reduce' }, id, '?lang=ar-EG');
      await fits(page);
      const direction = await page.locator('momentum-strip').evaluate((el) => getComputedStyle(el).direction);
      assert.equal(direction, 'ltr', 'time runs to the right on a chart everywhere');
      await shot(page, `crowd-rtl-${viewport.width}`);
      s.world.pass(id, 1000);
      assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
    }
  });

  it('survives a restart: greyed, kept, and healed without a reload', async () => {
    const own = await stage();
    const page = await own.open(`/game/${id}/crowd`);
    await page.locator('momentum-strip .fill').first().waitFor({ state: 'attached' });
    await page.evaluate(() => {
      window.stayed = true;
    });
    await own.server.kill();
    await page.getByText('it goes on by itself').waitFor();
    assert.ok(await page.locator('momentum-strip .fill').count(), 'what was there is kept');
    await shot(page, 'crowd-reconnecting');
    own.world.pass(id, 2500);
    const again = await serve(own.world, { port: own.server.port });
    await page.getByText('Live', { exact: true }).waitFor();
    own.world.pass(id, 300);
    const wanted = own.world.games.get(id).crowd.state;
    const held = await until(
      page,
      (at) => {
        const { crowd } = document.querySelector('md-app').shadowRoot.querySelector('md-crowd').crowds.feed;
        return crowd.momentum.at === at && crowd;
      },
      wanted.momentum.at,
    );
    assert.deepEqual(held, JSON.parse(JSON.stringify(wanted)));
    assert.equal(await page.evaluate(() => window.stayed), true, 'the page was not loaded again');
    await again.kill();
    await own.close();
  });
});
