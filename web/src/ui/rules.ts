import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { integer } from '../model/format';
import type { Mixers, RuleLine, RuleSets } from '../model/production';
import { diffSummary, sportName } from '../model/production-words';
import { ask, Asking, askPage } from '../net/doors';
import { operator } from '../net/operator';
import './link-figure';
import { SHAPES } from './link-figure';
import './production/door';
import './production/mixers';
import './production/rule-diff';
import { deskStyles } from './production/styles';
import { shared } from './shared';

const NIGHTLY_MS = 60_000;
/** Rule files change seldom; the mixers are asked at the common pace. */
const RULES_MS = 2000;

type Set = RuleSets['sets'][number];

/** The rules at hand: what will they do, and what do they differ in? And how the equipment is doing. */
export class RulesPage extends LitElement {
  private readonly rules = new Asking<RuleSets>(this, () => ask('/rules'), RULES_MS);
  private readonly mixers = new Asking<Mixers>(this, () => ask('/mixers'));
  /** The nightly report. It opens for the token only, so the page has it and not an address. */
  @state() private nightly: string | null = null;
  private timer = 0;
  private stop: (() => void) | null = null;

  static override styles = [
    shared,
    deskStyles,
    css`
      :host {
        max-width: 1200px;
        margin-inline: auto;
      }
      .set {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 2px 12px;
      }
      .set .mono {
        font-size: var(--s3);
        font-weight: 600;
      }
      details.set-card > summary {
        cursor: pointer;
        margin-inline-start: 14px;
        list-style-position: outside;
      }
      summary .set {
        display: inline-flex;
      }
      details.set-card > :not(summary),
      section.set-card > :not(.set):not(.head) {
        margin-block-start: 8px;
      }
      .notes {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .sports {
        columns: 2 420px;
        column-gap: 28px;
      }
      .sport {
        break-inside: avoid-column;
        margin-block-end: 12px;
      }
      .sport ul {
        list-style: none;
        margin: 2px 0 0;
        padding: 0;
      }
      .sport li {
        padding: 6px 0;
        border-block-start: 1px solid var(--line);
        break-inside: avoid;
      }
      .sport li small {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 12px;
        overflow-wrap: anywhere;
      }
      .differs summary {
        cursor: pointer;
        font-size: var(--s1);
        padding-block: 4px;
      }
      rule-diff {
        margin-block-start: 6px;
      }
      .button {
        font-weight: 600;
      }
      @media (max-width: 719px) {
        summary {
          padding-block: 4px;
        }
        .button {
          min-height: 44px;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = 'Rules · matchday';
    this.timer = window.setInterval(() => void this.lookForReport(), NIGHTLY_MS);
    this.stop = operator.watch(() => void this.lookForReport());
    void this.lookForReport();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
    this.stop?.();
    this.keep(null);
  }

  private async lookForReport(): Promise<void> {
    if (operator.token === null || document.visibilityState === 'hidden') return;
    const page = await askPage('/nightly');
    // A server that knows no such address answers with the pages themselves.
    if (this.isConnected) this.keep(page?.includes('<md-app') ? null : page);
  }

  private keep(page: string | null): void {
    const before = this.nightly;
    this.nightly = page === null ? null : URL.createObjectURL(new Blob([page], { type: 'text/html' }));
    if (before) setTimeout(() => URL.revokeObjectURL(before), NIGHTLY_MS);
  }

  override render(): TemplateResult {
    const { value, stale, trouble, link } = this.rules;
    if (!value) return html`<operator-door .trouble=${trouble} what="The page of rules"></operator-door>`;
    const current = value.sets.find((s) => s.set.id === value.current);
    const others = value.sets.filter((s) => s !== current);
    return html`<div class="page ${stale ? 'gone' : ''}">
      <div class="top">
        <h1 class="title">Rules</h1>
        <a class="muted" href="/production">All productions</a>
        ${
          this.nightly
            ? html`<a class="button" href=${this.nightly} target="_blank" rel="noopener">Nightly report</a>`
            : nothing
        }
        <span class="push"><link-figure .link=${link}></link-figure></span>
      </div>
      ${
        stale
          ? html`<p class="notice" role="status">The server does not answer. What you see is as it was.</p>`
          : nothing
      }
      ${
        value.trouble
          ? html`<div class="alert" role="alert">
              <b>${SHAPES.failed} The folder’s rules cannot be used</b>
              <p>Those before stay in force until the files are put right:</p>
              <pre dir="ltr">${value.trouble}</pre>
            </div>`
          : nothing
      }
      ${current ? this.current(current) : nothing}
      ${
        others.length > 0
          ? html`<h2 class="head">Other sets at hand</h2>
              ${repeat(
                others,
                (s) => s.set.id,
                (s) => this.other(s),
              )}`
          : nothing
      }
      <section class="card" aria-label="Mixers">
        <h2 class="head">Mixers</h2>
        ${
          this.mixers.value
            ? html`<mixer-health .mixers=${this.mixers.value}></mixer-health>`
            : html`<p class="muted">${this.mixers.trouble ? 'The server does not say.' : 'Loading…'}</p>`
        }
      </section>
    </div>`;
  }

  private named({ set }: Set): TemplateResult {
    return html`<span class="set">
      <span class="mono">${set.id}</span>
      <span>${integer(set.rules)} ${set.rules === 1 ? 'rule' : 'rules'}</span>
      ${set.authors.length > 0 ? html`<small>by ${set.authors.join(', ')}</small>` : nothing}
    </span>`;
  }

  private current(s: Set): TemplateResult {
    return html`<section class="card set-card" aria-label="Current rules" data-set=${s.set.id}>
      <h2 class="head">Current</h2>
      ${this.named(s)} ${this.about(s)}
    </section>`;
  }

  private other(s: Set): TemplateResult {
    return html`<details class="card set-card" data-set=${s.set.id}>
      <summary>${this.named(s)} <small>&nbsp; The current set: ${diffSummary(s.diff)}</small></summary>
      ${
        s.diff.length > 0
          ? html`<h3 class="head">What the current set does differently</h3>
              <rule-diff .diff=${s.diff}></rule-diff>`
          : nothing
      }
      ${this.about(s)}
    </details>`;
  }

  private about({ set, rules }: Set): TemplateResult {
    const sports = new Map<string, RuleLine[]>();
    for (const rule of rules) {
      const name = sportName(rule.sport);
      sports.set(name, [...(sports.get(name) ?? []), rule]);
    }
    return html`<ul class="notes">
        ${set.notes.map((note) => html`<li><bdi dir="ltr">${note}</bdi></li>`)}
      </ul>
      <div class="sports">
        ${[...sports]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(
            ([sport, list]) =>
              html`<div class="sport">
                <h3 class="head">${sport}</h3>
                <ul>
                  ${list.map(
                    (r) =>
                      html`<li>
                        ${r.title}
                        <small dir="ltr"><span>${r.id}</span><span>${r.file}:${r.line}</span></small>
                      </li>`,
                  )}
                </ul>
              </div>`,
          )}
      </div>`;
  }
}

customElements.define('md-rules', RulesPage);
