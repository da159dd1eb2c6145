import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { shot, stage, steers, until, WALL } from './stage.mjs';

const SAFE = { left: 96, top: 54, right: 1824, bottom: 1026 };

describe('graphics', () => {
  let s;
  let id;
  before(async () => {
    s = await stage();
    id = await s.firstGame();
  });
  after(() => s.close());

  const overlay = async (show, options = {}) => {
    const page = await s.open(`/graphics/overlay?game=${id}&show=${show}`, { viewport: WALL, ...options });
    return page;
  };
  const onAir = (page, name) =>
    until(
      page,
      (tag) => {
        const root = document.querySelector('md-app').shadowRoot.querySelector('md-overlay')?.shadowRoot;
        const panel = root?.querySelector(tag)?.shadowRoot?.querySelector('.panel');
        if (panel?.style.visibility !== 'visible' || panel.style.clipPath !== 'none') return false;
        const { left, top, right, bottom } = panel.getBoundingClientRect();
        return { left, top, right, bottom, text: panel.textContent.replace(/\s+/g, ' ') };
      },
      `ograf-${name}`,
    );

  it('are on a transparent page, within the safe area, from the first snapshot on', async () => {
    const page = await overlay('win-probability,situation');
    for (const name of ['win-probability', 'situation']) {
      const box = await onAir(page, name);
      for (const edge of ['left', 'top'])
        assert.ok(box[edge] >= SAFE[edge] - 0.5, `${name} ${edge} ${box[edge]}`);
      for (const edge of ['right', 'bottom'])
        assert.ok(box[edge] <= SAFE[edge] + 0.5, `${name} ${edge} ${box[edge]}`);
    }
    const grounds = await page.evaluate(() =>
      [document.documentElement, document.body].map((el) => getComputedStyle(el).backgroundColor),
    );
    assert.deepEqual(grounds, ['rgba(0, 0, 0, 0)', 'rgba(0, 0, 0, 0)']);
    assert.equal(await page.locator('ograf-key-play').count(), 0, 'only what was asked for');
  });

  it('draw the win probability with the chart of the game page', async () => {
    const page = await overlay('win-probability');
    await onAir(page, 'win-probability');
    assert.ok(await page.locator('ograf-win-probability wp-chart .curve').count());
  });

  it('follow the commands of the server, and show a key play for as long as it says', steers, async () => {
    const page = await overlay('win-probability,key-play,situation', { motion: 'reduce' });
    await onAir(page, 'situation');
    const tell = (order) => s.world.command(id, order);
    tell({ command: 'UPDATE_WIN_PROBABILITY', data: { home: 13.7, away: 86.3, delta: -20 } });
    await until(page, () => {
      const root = document.querySelector('md-app').shadowRoot.querySelector('md-overlay').shadowRoot;
      return /14%/.test(
        root
          .querySelector('ograf-win-probability')
          .shadowRoot.querySelector('.panel')
          .textContent.replace(/\s+/g, ''),
      );
    });
    tell({
      command: 'SHOW_KEY_PLAY',
      data: { play_id: '1', text: 'A long way', side: 'home', wpa: 31.2, duration: 1500 },
    });
    await until(page, () => {
      const root = document.querySelector('md-app').shadowRoot.querySelector('md-overlay').shadowRoot;
      const panel = root.querySelector('ograf-key-play').shadowRoot.querySelector('.panel');
      return panel.style.visibility === 'visible' && /A long way.*\+31/s.test(panel.textContent);
    });
    await shot(page, 'overlay');
    await until(page, () => {
      const root = document.querySelector('md-app').shadowRoot.querySelector('md-overlay').shadowRoot;
      return (
        getComputedStyle(root.querySelector('ograf-key-play').shadowRoot.querySelector('.panel'))
          .visibility === 'hidden'
      );
    });
  });

  it('show what a fourth down comes down to, and take it off once the side has chosen', steers, async () => {
    const page = await overlay('win-probability,key-play,situation,decision', { motion: 'reduce' });
    await onAir(page, 'situation');
    assert.equal(await page.locator('ograf-decision .panel').isVisible(), false);
    const option = (choice, wp, success, usual) => ({
      choice,
      wp,
      wp_low: wp - 1.6,
      wp_high: wp + 1.6,
      success,
      usual,
    });
    const order = {
      kind: 'fourth_down',
      side: 'home',
      verdict: 'go for it',
      edge: 3.1,
      options: [
        option('go', 55.2, 61.4, 41),
        option('field_goal', 52.1, 63, 31),
        option('punt', 51.4, null, 28),
      ],
      break_even: 44.2,
    };
    s.world.command(id, { command: 'UPDATE_DECISION', data: order });
    const box = await onAir(page, 'decision');
    assert.match(
      box.text,
      /fourth down.*Go for it.*\+3\.1% to win · breaks even at 44%.*Go for it 55\.2% 61% 41%.*Punt 51\.4% – 28%/,
    );
    for (const edge of ['left', 'top']) assert.ok(box[edge] >= SAFE[edge] - 0.5, `${edge} ${box[edge]}`);
    for (const edge of ['right', 'bottom']) assert.ok(box[edge] <= SAFE[edge] + 0.5, `${edge} ${box[edge]}`);
    const strip = await onAir(page, 'win-probability');
    assert.ok(box.bottom < strip.top, 'above the win probability');
    await shot(page, 'overlay-decision');
    const tossUp = { ...order, verdict: 'toss-up', edge: 0.2 };
    s.world.command(id, { command: 'UPDATE_DECISION', data: tossUp });
    await until(page, () => {
      const root = document.querySelector('md-app').shadowRoot.querySelector('md-overlay').shadowRoot;
      const { textContent } = root.querySelector('ograf-decision').shadowRoot.querySelector('.panel');
      return /Toss-up/.test(textContent) && !/\+/.test(textContent);
    });
    s.world.command(id, { command: 'UPDATE_DECISION', data: null });
    await until(page, () => {
      const root = document.querySelector('md-app').shadowRoot.querySelector('md-overlay').shadowRoot;
      const panel = root.querySelector('ograf-decision').shadowRoot.querySelector('.panel');
      return panel.style.visibility === 'hidden';
    });
  });

  it('say what the address lacks', async () => {
    const page = await s.open('/graphics/overlay', { viewport: WALL });
    await page.getByText('?game=').waitFor();
  });

  it('are OGraf components that any renderer can load, in and out of real time', async () => {
    const page = await s.open('/icon.svg');
    await page.goto(`${s.url}/api/v1/report`);
    for (const name of ['win-probability', 'key-play', 'situation', 'decision']) {
      const result = await page.evaluate(async (graphic) => {
        const folder = `${location.origin}/graphics/${graphic}/`;
        const manifest = await (await fetch(`${folder}${graphic}.ograf.json`)).json();
        const { default: Class } = await import(folder + manifest.main);
        const tag = `any-${graphic}`;
        customElements.define(tag, Class);
        const data = {
          home: { abbr: 'CPT', color: '#0b2a4a' },
          away: { abbr: 'GLD', color: '#d3bc5f' },
          team: { abbr: 'CPT', color: '#0b2a4a' },
          text: 'A play',
          wpa: 0.2,
          durationMs: 1000,
          wpHome: 0.6,
          score: { home: 3, away: 0 },
          period: 2,
          clockS: 300,
          series: [
            [0, 0.5],
            [300, 0.6],
          ],
          kind: 'fourth_down',
          verdict: 'Punt',
          options: [
            { name: 'Punt', wp: 0.52, wpLow: 0.5, wpHigh: 0.54 },
            { name: 'Go for it', wp: 0.5, wpLow: 0.48, wpHigh: 0.52, success: 0.4, usual: 0.1 },
          ],
        };
        const renderCharacteristics = { resolution: { width: 1280, height: 720 } };
        const look = (el) => {
          const { opacity, transform, visibility } = el.shadowRoot.querySelector('.panel').style;
          return [opacity, transform, visibility].join(';');
        };
        const el = document.body.appendChild(document.createElement(tag));
        const codes = [];
        const keep = (r) => codes.push(r?.statusCode ?? 200);
        keep(await el.load({ data, renderType: 'realtime', renderCharacteristics }));
        const loaded = look(el);
        const play = await el.playAction({ skipAnimation: true });
        keep(play);
        const shown = look(el);
        keep(await el.updateAction({ data: { wpHome: 0.7, text: 'Another' } }));
        const unknown = await el.customAction({ id: 'nothing', payload: {} });
        const past = manifest.stepCount === 1 ? await el.playAction({ goto: 1, skipAnimation: true }) : null;
        keep(await el.stopAction({ skipAnimation: true }));
        const stopped = look(el);
        keep(await el.dispose({}));
        const scale = el.style.transform;
        el.remove();

        const still = document.body.appendChild(document.createElement(tag));
        await still.load({ data, renderType: 'non-realtime', renderCharacteristics });
        await still.setActionsSchedule({
          schedule: [
            { timestamp: 1000, action: { type: 'playAction', params: {} } },
            { timestamp: 1500, action: { type: 'updateAction', params: { data: { text: 'Later' } } } },
            { timestamp: 5000, action: { type: 'stopAction', params: {} } },
          ],
        });
        const frames = {};
        for (const t of [0, 1100, 2000, 5100, 9000, 1100, 0]) {
          await still.goToTime({ timestamp: t });
          const seen = look(still);
          if (frames[t] !== undefined && frames[t] !== seen) return { differs: t };
          frames[t] = seen;
        }
        return {
          loaded,
          shown,
          stopped,
          play,
          past,
          unknown,
          codes,
          scale,
          frames,
          steps: manifest.stepCount,
        };
      }, name);
      assert.equal(result.differs, undefined, `${name}: the same time gives the same picture`);
      assert.ok(
        result.codes.every((c) => c === 200),
        `${name}: ${result.codes}`,
      );
      assert.match(result.loaded, /hidden$/);
      assert.match(result.shown, /^1;.*visible$/);
      assert.match(result.stopped, /hidden$/);
      assert.equal(result.unknown.statusCode, 400);
      assert.equal(result.play.currentStep, result.steps === 1 ? 0 : undefined);
      if (result.past) assert.equal(result.past.currentStep, undefined);
      assert.match(result.scale, /scale\(0\.666/);
      assert.match(result.frames[0], /hidden$/);
      assert.match(result.frames[2000], /^1;.*visible$/);
      assert.match(result.frames[9000], /hidden$/);
      assert.notEqual(result.frames[1100], result.frames[2000]);
    }
  });
});
