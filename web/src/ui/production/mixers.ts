import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { integer, micros } from '../../model/format';
import type { MicroLink, Mixers, Output } from '../../model/production';
import { cameraName } from '../../model/production-words';
import { timeOfDay } from '../../model/format';
import { SHAPES, type Shown } from '../link-figure';
import { shared } from '../shared';
import { deskStyles } from './styles';

const KINDS: Record<string, string> = {
  obs: 'OBS Studio',
  vmix: 'vMix',
  tsl: 'TSL tally',
  amcp: 'CasparCG',
};

const sentBy = (link: MicroLink): number => link.events + link.repeats + link.empty;
/** What did not go out, and should have. */
const lostBy = (link: MicroLink): number => link.dropped + link.unsent + link.skipped;

/** How mixers, lamps, graphics and micro-event links are doing. */
export class MixerHealth extends LitElement {
  @property({ attribute: false }) mixers!: Mixers;
  /** What was said before, and when: from the two follows the rate. */
  private earlier: { at: number; sent: Map<string, number> }[] = [];

  static override styles = [
    shared,
    deskStyles,
    css`
      .scroll {
        overflow-x: auto;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        margin-block-end: 4px;
      }
      th,
      td {
        text-align: start;
        vertical-align: baseline;
        padding: 6px 12px 6px 0;
        border-block-start: 1px solid var(--line);
        white-space: nowrap;
      }
      thead th {
        font-size: var(--s1);
        font-weight: 400;
        color: var(--muted);
        border: 0;
      }
      tbody th {
        font-weight: 600;
      }
      .n {
        text-align: end;
      }
      .wide {
        white-space: normal;
        min-width: 140px;
      }
      h3 {
        font-size: var(--s1);
        color: var(--muted);
        margin-block-start: 10px;
      }
    `,
  ];

  override willUpdate(): void {
    const sent = new Map(this.mixers.links.map((l) => [l.name, sentBy(l)]));
    this.earlier = [...this.earlier, { at: performance.now(), sent }].slice(-6);
  }

  private rate(link: MicroLink): string {
    const [first, last] = [this.earlier[0], this.earlier.at(-1)];
    const before = first?.sent.get(link.name);
    if (!first || !last || before === undefined || last.at - first.at < 500) return '–';
    return integer(Math.max(0, (1000 * (sentBy(link) - before)) / (last.at - first.at)));
  }

  override render(): TemplateResult {
    const { outputs, links } = this.mixers;
    if (outputs.length + links.length === 0) {
      return html`<p class="muted">
        No mixer is configured: cuts are decided and shown here, and reach no equipment. They come in as
        <code>[[mixers]]</code>.
      </p>`;
    }
    return html`${
      outputs.length > 0
        ? html`<div class="scroll" tabindex="0" role="region" aria-label="Mixers">
            <table>
              <thead>
                <tr>
                  <th scope="col">Output</th>
                  <th scope="col">State</th>
                  <th scope="col">On air</th>
                  <th scope="col">Last cut confirmed</th>
                  <th scope="col" class="n">p50</th>
                  <th scope="col" class="n">p99</th>
                  <th scope="col" class="n">Waiting</th>
                  <th scope="col" class="n">Not confirmed</th>
                </tr>
              </thead>
              <tbody>
                ${outputs.map((o) => this.output(o))}
              </tbody>
            </table>
          </div>`
        : nothing
    }
    ${
      links.length > 0
        ? html`<h3>Micro-events over UDP</h3>
            <div class="scroll" tabindex="0" role="region" aria-label="Micro-event links">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Link</th>
                    <th scope="col">To</th>
                    <th scope="col" class="n">Streams</th>
                    <th scope="col" class="n">Sent</th>
                    <th scope="col" class="n">Rate</th>
                    <th scope="col" class="n">Lost here</th>
                    <th scope="col" class="n">Late p50</th>
                    <th scope="col" class="n">p99</th>
                  </tr>
                </thead>
                <tbody>
                  ${links.map((l) => this.link(l))}
                </tbody>
              </table>
            </div>
            <small>What is lost on the way only the receiver can count, by the sequence numbers.</small>`
        : nothing
    }`;
  }

  private output(o: Output): TemplateResult {
    const state: Shown = o.dry_run ? 'stale' : o.connected ? 'live' : 'failed';
    const word = o.dry_run ? 'Dry run' : o.connected ? 'Connected' : 'Away';
    const us = (value: number): TemplateResult => {
      const { value: n, unit } = micros(value);
      return o.latency.cuts > 0 ? html`${n}<span class="unit">${unit}</span>` : html`–`;
    };
    return html`<tr data-output=${o.name}>
      <th scope="row">${o.name} <small>${KINDS[o.kind] ?? o.kind}${o.game ? `, ${o.game}` : ''}</small></th>
      <td class="wide">
        <span class="mark ${state}">${SHAPES[state]}${word}</span>
        ${o.last_error ? html`<br /><small dir="ltr">${o.last_error}</small>` : nothing}
      </td>
      <td>${o.on_air ? cameraName(o.on_air) : '–'}</td>
      <td>
        ${
          o.last_cut
            ? html`${cameraName(o.last_cut.camera)}
                <small>${timeOfDay(o.last_cut.confirmed_at / 1000, true)}</small>`
            : '–'
        }
      </td>
      <td class="n">${us(o.latency.p50_us)}</td>
      <td class="n">${us(o.latency.p99_us)}</td>
      <td class="n">${integer(o.waiting)}</td>
      <td class="n">${integer(o.unconfirmed)}</td>
    </tr>`;
  }

  private link(l: MicroLink): TemplateResult {
    const us = (value: number): TemplateResult => {
      const { value: n, unit } = micros(value);
      return html`${n}<span class="unit">${unit}</span>`;
    };
    const lost = lostBy(l);
    return html`<tr data-link=${l.name}>
      <th scope="row">${l.name}${l.dry_run ? html` <small>dry run</small>` : nothing}</th>
      <td><bdi dir="ltr">${l.address}</bdi></td>
      <td class="n">${integer(l.streams.length)}</td>
      <td class="n">${integer(sentBy(l))}</td>
      <td class="n">${this.rate(l)}<span class="unit">/s</span></td>
      <td class="n">
        ${lost > 0 ? html`<span class="mark late">${SHAPES.late}${integer(lost)}</span>` : integer(lost)}
      </td>
      <td class="n">${us(l.late_us_p50)}</td>
      <td class="n">${us(l.late_us_p99)}</td>
    </tr>`;
  }
}

customElements.define('mixer-health', MixerHealth);
