import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { age, integer, micros } from '../model/format';
import type { FeedState, Report, StageLatency } from '../model/types';
import { faultName } from '../model/words';
import { SHAPES, type Shown } from './link-figure';
import { shared } from './shared';

const POLL_MS = 2000;

const STAGES: Record<string, string> = {
  feed: 'Feed to signal',
  log: 'Log, durable',
  pickup: 'Log to game agent',
  fold: 'Game agent',
  publish: 'Guard and encoding',
  gateway: 'Gateway',
  graphics: 'Graphics',
  signal_to_gateway: 'Signal to gateway',
  signal_to_socket: 'Signal to socket',
};

/** A feed's state as one of the four that have a shape. */
const STATES: Record<string, Shown> = {
  live: 'live',
  ok: 'live',
  finished: 'live',
  stale: 'stale',
  late: 'late',
  failed: 'failed',
};

/** The broadcaster's report: what ran, how fast, and what was wrong on the way in. */
export class ReportPage extends LitElement {
  @state() private report: Report | null = null;
  @state() private failed = false;
  private timer = 0;

  static override styles = [
    shared,
    css`
      :host {
        max-width: 1100px;
        margin-inline: auto;
      }
      h1 {
        font-size: var(--s3);
        font-weight: 600;
      }
      .lead {
        color: var(--muted);
        margin-block: 2px 16px;
      }
      .figures {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(140px, 1fr));
        gap: 1px;
        background: var(--line);
        overflow: hidden;
        margin-block-end: var(--gap);
      }
      .figures div {
        background: var(--surface);
        padding: 12px 16px;
      }
      .figures dd {
        margin: 0;
        font-size: var(--s4);
        font-weight: 700;
        letter-spacing: -0.02em;
        line-height: 1.15;
      }
      .figures .unit {
        font-size: var(--s2);
        letter-spacing: 0;
      }
      .figures dt {
        font-size: var(--s1);
        color: var(--muted);
      }
      dl {
        margin: 0;
      }
      .columns,
      .stack {
        display: grid;
        gap: var(--gap);
        align-items: start;
      }
      @media (min-width: 860px) {
        .columns {
          grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
        }
      }
      section {
        padding: 12px 16px 14px;
        overflow-x: auto;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        margin-block-start: 6px;
      }
      th {
        font-size: var(--s1);
        font-weight: 400;
        color: var(--muted);
        text-align: end;
        padding: 4px 0 4px 12px;
        white-space: nowrap;
      }
      th:first-child,
      td:first-child {
        text-align: start;
        padding-inline-start: 0;
      }
      tbody th {
        color: var(--text);
        font-size: var(--s2);
      }
      td {
        text-align: end;
        padding: 5px 0 5px 12px;
        border-block-start: 1px solid var(--line);
        white-space: nowrap;
      }
      tbody th {
        border-block-start: 1px solid var(--line);
      }
      .bars {
        width: 34%;
        min-width: 90px;
      }
      .bars svg {
        display: block;
        width: 100%;
        height: 14px;
      }
      .scale {
        position: relative;
        display: block;
        height: 1.4em;
        direction: ltr;
      }
      .scale i {
        position: absolute;
        font-style: normal;
      }
      .unit {
        font-size: 0.8em;
      }
      .state {
        font-weight: 600;
      }
      .state svg {
        width: 10px;
        height: 10px;
        fill: currentColor;
      }
      .live {
        color: var(--live);
      }
      .stale {
        color: var(--stale);
      }
      .late {
        color: var(--late);
      }
      .failed {
        color: var(--failed);
      }
      .note {
        padding: 20vh 16px;
        text-align: center;
        color: var(--muted);
      }
      .legend {
        font-size: var(--s1);
        color: var(--muted);
        margin-block-start: 8px;
      }
      @media (max-width: 600px) {
        .bars,
        .legend,
        .count {
          display: none;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = 'Report · matchday';
    void this.load();
    this.timer = window.setInterval(() => void this.load(), POLL_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  private async load(): Promise<void> {
    if (document.visibilityState === 'hidden' && this.report) return;
    try {
      const response = await fetch('/api/v1/report');
      if (!response.ok) throw new Error(String(response.status));
      this.report = (await response.json()) as Report;
      this.failed = false;
    } catch {
      // The last report stays on the page; the next round asks again.
      this.failed = true;
    }
  }

  override render(): TemplateResult {
    const { report } = this;
    if (!report) {
      return html`<p class="note" role="status">
        ${this.failed ? 'The server does not answer. The report appears as soon as it does.' : 'Loading the report…'}
      </p>`;
    }
    const healed = Object.entries(report.faults_healed ?? {}).sort(([, a], [, b]) => b - a);
    const total = healed.reduce((sum, [, n]) => sum + n, 0);
    return html`
      <h1>${report.finished ? 'Broadcast report' : 'Broadcast report, so far'}</h1>
      <p class="lead" role="status">
        ${report.finished ? 'All games are over.' : 'Games are still being played; the figures go on counting.'}
        ${this.failed ? ' The server does not answer at the moment: these are the last figures.' : ''} Up
        ${age(report.uptime_s * 1000)}.
      </p>
      <dl class="card figures">
        ${this.figure('Games', report.games)} ${this.figure('Events', report.events)}
        ${this.figure('Updates sent', report.updates)}
        ${this.figure('Peak events', report.peak_events_per_s, '/s')}
        ${this.figure('Viewers', report.clients, report.clients_peak ? ` now, ${integer(report.clients_peak)} at most` : '')}
        ${this.figure('Faults healed', total)}
      </dl>
      <div class="columns">
        <div class="stack">
          <section class="card" aria-label="Latency by stage">
            <h2 class="head">Latency by stage</h2>
            ${this.stages(report.stages ?? [])}
            <p class="legend">
              From the mean (tall tick) over p95 (thick) to p99 (thin), on a logarithmic scale.
            </p>
          </section>
          ${report.feeds?.length ? this.feeds(report.feeds) : nothing}
        </div>
        <div class="stack">
          <section class="card" aria-label="Faults healed">
            <h2 class="head">Faults healed</h2>
            ${healed.length === 0 ? html`<p class="lead">None: every payload was as it should be.</p>` : this.faults(healed)}
          </section>
          ${report.guard ? this.guard(report.guard) : nothing}
        </div>
      </div>
    `;
  }

  private figure(name: string, value: number, unit = ''): TemplateResult {
    return html`<div>
      <dt>${name}</dt>
      <dd>${integer(value)}${unit ? html`<span class="unit">${unit}</span>` : nothing}</dd>
    </div>`;
  }

  private stages(stages: StageLatency[]): TemplateResult {
    const top = Math.max(1000, ...stages.map((s) => s.p99_us));
    const decades = [10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000].filter(
      (us, i) => i < 3 || us / 10 < top,
    );
    // Every second decade is named where there are many, so that no name runs into the next.
    const named = decades.slice(0, -1).filter((_, i) => decades.length < 5 || i % 2 === 0);
    const low = Math.log10(decades[0]!);
    const scale = (us: number): number =>
      Math.max(0, (100 * (Math.log10(Math.max(1, us)) - low)) / (Math.log10(decades.at(-1)!) - low));
    const cell = (us: number): TemplateResult => {
      const { value, unit } = micros(us);
      return html`<td>${value}<span class="unit">${unit}</span></td>`;
    };
    return html`<table>
      <thead>
        <tr>
          <th scope="col">Stage</th>
          <th scope="col" class="bars">
            <span class="vh">Mean to p99</span>
            <span class="scale" aria-hidden="true">
              ${named.map((us) => html`<i style="left:${scale(us)}%">${micros(us).value.replace(/[.,]0$/, '')} ${micros(us).unit}</i>`)}
            </span>
          </th>
          <th scope="col">mean</th>
          <th scope="col">p95</th>
          <th scope="col">p99</th>
          <th scope="col" class="count">count</th>
        </tr>
      </thead>
      <tbody>
        ${stages.map(
          (s) =>
            html`<tr>
              <th scope="row">${STAGES[s.stage] ?? s.stage.replaceAll('_', ' ')}</th>
              <td class="bars">
                <svg viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
                  ${decades.map((us) => svg`<rect x=${scale(us)} width="0.4" height="14" fill="var(--line)"></rect>`)}
                  <rect
                    x=${scale(s.mean_us)}
                    y="5"
                    height="4"
                    width=${Math.max(0, scale(s.p99_us) - scale(s.mean_us))}
                    fill="var(--mark)"
                  ></rect>
                  <rect
                    x=${scale(s.mean_us)}
                    y="3"
                    height="8"
                    width=${Math.max(0, scale(s.p95_us) - scale(s.mean_us))}
                    fill="var(--mark)"
                  ></rect>
                  <rect x=${scale(s.mean_us) - 0.6} y="1" height="12" width="1.2" fill="var(--text)"></rect>
                  <rect x=${scale(s.p99_us) - 0.3} y="2" height="10" width="0.6" fill="var(--text)"></rect>
                </svg>
              </td>
              ${cell(s.mean_us)}${cell(s.p95_us)}${cell(s.p99_us)}
              <td class="count">${integer(s.count)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  private faults(healed: [string, number][]): TemplateResult {
    return html`<table>
      <thead>
        <tr>
          <th scope="col">Fault</th>
          <th scope="col">times</th>
        </tr>
      </thead>
      <tbody>
        ${healed.map(
          ([code, n]) =>
            html`<tr>
              <th scope="row" title=${code}>${faultName(code)}</th>
              <td>${integer(n)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  private guard(guard: NonNullable<Report['guard']>): TemplateResult {
    const refused = Object.entries(guard.refused);
    return html`<section class="card" aria-label="Guard">
      <h2 class="head">Guard</h2>
      <table>
        <tbody>
          <tr>
            <th scope="row">Approved</th>
            <td>${integer(guard.approved)}</td>
          </tr>
          ${refused.map(
            ([code, n]) =>
              html`<tr>
                <th scope="row">Refused: ${code.replaceAll('_', ' ')}</th>
                <td>${integer(n)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
  }

  private feeds(feeds: FeedState[]): TemplateResult {
    return html`<section class="card" aria-label="Feeds">
      <h2 class="head">Feeds</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Feed</th>
            <th scope="col">state</th>
            <th scope="col">last heard</th>
          </tr>
        </thead>
        <tbody>
          ${feeds.map((f) => {
            const state = STATES[f.state] ?? 'failed';
            return html`<tr>
              <th scope="row">${f.name}</th>
              <td class="state ${state}">${SHAPES[state]} ${f.state}</td>
              <td>${f.age_ms == null ? '–' : html`${age(f.age_ms)} ago`}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </section>`;
  }
}

customElements.define('md-report', ReportPage);
