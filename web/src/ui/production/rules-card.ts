import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { integer } from '../../model/format';
import type { DeskView, RuleSets, RulesOrder, SetView } from '../../model/production';
import { changeText, diffSummary, refusalText, shortId } from '../../model/production-words';
import { timecodeAt } from '../../model/timecode';
import { ask } from '../../net/doors';
import { SHAPES } from '../link-figure';
import { shared } from '../shared';
import './rule-diff';
import { deskStyles } from './styles';

/** Tells the page what the operator orders about rules. */
export type RulesEvent = CustomEvent<RulesOrder>;

/** The rules that a match runs on, what they do differently from those before, and the way back. */
export class RulesCard extends LitElement {
  @property({ attribute: false }) view!: DeskView;
  /** What is asked about before it is done. */
  @state() private asking: RulesOrder | null = null;
  @state() private sets: SetView[] | null = null;

  static override styles = [
    shared,
    deskStyles,
    css`
      :host {
        display: grid;
        gap: 10px;
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
      .notes {
        margin: 2px 0 0;
        padding: 0;
        list-style: none;
      }
      .change .mark {
        white-space: normal;
        align-items: baseline;
      }
      summary {
        cursor: pointer;
        font-size: var(--s1);
        padding-block: 2px;
      }
      rule-diff {
        margin-block-start: 6px;
        max-height: 320px;
        overflow: auto;
      }
      .actions,
      .sure {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .sure {
        padding: 8px 10px;
        border: 1px solid var(--stale);
        border-radius: 6px;
      }
      .sure p {
        flex: 1 1 12em;
      }
      .sure .yes {
        background: var(--text);
        border-color: var(--text);
        color: var(--surface);
        font-weight: 600;
      }
      .others {
        list-style: none;
        margin: 4px 0 0;
        padding: 0;
        display: grid;
        gap: 4px;
      }
      .others li {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 2px 10px;
      }
      .others button {
        margin-inline-start: auto;
      }
      @media (max-width: 719px) {
        button {
          min-height: 44px;
        }
        summary {
          padding-block: 8px;
        }
      }
    `,
  ];

  override render(): TemplateResult {
    const { rules, before, diff, change } = this.view;
    return html`<h2 class="head">Rules in force</h2>
      ${
        rules
          ? html`<div>
              <p class="set">
                <span class="mono" title=${rules.id}>${shortId(rules.id)}</span>
                <bdi dir="ltr">${integer(rules.rules)} ${rules.rules === 1 ? 'rule' : 'rules'}</bdi>
                ${rules.authors.length > 0 ? html`<small>by ${rules.authors.join(', ')}</small>` : nothing}
              </p>
              <ul class="notes">
                ${rules.notes.map((note) => html`<li><bdi dir="ltr">${note}</bdi></li>`)}
              </ul>
            </div>`
          : html`<p class="muted">No rules are in force: every cut is by hand.</p>`
      }
      ${change ? this.change() : nothing}
      ${
        before
          ? html`<details>
              <summary>
                <bdi dir="ltr">Against ${shortId(before.id)} before it: ${diffSummary(diff)}</bdi>
              </summary>
              <rule-diff .diff=${diff} tabindex="0" role="group" aria-label="What differs"></rule-diff>
            </details>`
          : nothing
      }
      ${this.asking ? this.sure(this.asking) : this.actions()}`;
  }

  private change(): TemplateResult {
    const change = this.view.change!;
    const own = change.change === 'frowns' || change.refused !== undefined;
    return html`<div class="change">
      <p class=${own ? 'mark late' : ''}>
        ${own ? SHAPES.late : nothing}<bdi dir="ltr">${changeText(change)}</bdi>
      </p>
      ${change.refused ? html`<p><bdi dir="ltr">${refusalText(change.refused)}</bdi></p>` : nothing}
      <small><bdi dir="ltr" title="Timecode, UTC">${timecodeAt(change.at, this.view.frame_rate)}</bdi></small>
    </div>`;
  }

  private actions(): TemplateResult {
    const { before } = this.view;
    return html`<div class="actions">
        <button class="back" ?disabled=${!before} @click=${() => this.ask({ order: 'roll_back' })}>
          Roll back…
        </button>
        ${before ? nothing : html`<small>There is no set before this one.</small>`}
      </div>
      <details @toggle=${this.opened}>
        <summary>Another set at hand</summary>
        ${this.others()}
      </details>`;
  }

  private others(): TemplateResult {
    if (!this.sets) return html`<p class="muted">Loading…</p>`;
    const others = this.sets.filter((s) => s.id !== this.view.rules?.id);
    if (others.length === 0) return html`<p class="muted">There is no other.</p>`;
    return html`<ul class="others">
      ${others.map(
        (s) =>
          html`<li>
            <span class="mono" title=${s.id}>${shortId(s.id)}</span>
            <small>${integer(s.rules)} rules${s.notes[0] ? html`, ${s.notes[0]}` : nothing}</small>
            <button
              aria-label="Use set ${shortId(s.id)}"
              @click=${() => this.ask({ order: 'use', set: s.id })}
            >
              Use…
            </button>
          </li>`,
      )}
    </ul>`;
  }

  private sure(order: RulesOrder): TemplateResult {
    const back = order.order === 'roll_back';
    const to = shortId(back ? this.view.before?.id : order.set);
    return html`<div class="sure" dir="ltr" role="group" aria-label="Are you sure?" @keydown=${this.keyed}>
      <p>
        ${back ? `Back to set ${to}, at once?` : `Use set ${to}, at once?`}
        <small
          >Rules that are the same go on; the others begin anew, and what they asked for is taken back.</small
        >
      </p>
      <button class="yes" @click=${() => this.settle(order)}>${back ? 'Roll back' : 'Use it'}</button>
      <button class="no" @click=${() => this.settle(null)}>Cancel</button>
    </div>`;
  }

  private ask(order: RulesOrder): void {
    this.asking = order;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.no')?.focus());
  }

  private settle(order: RulesOrder | null): void {
    this.asking = null;
    if (order) {
      this.dispatchEvent(
        new CustomEvent<RulesOrder>('rules-order', { detail: order, bubbles: true, composed: true }),
      );
    }
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.back')?.focus());
  }

  private keyed(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.settle(null);
  }

  private async opened(event: Event): Promise<void> {
    if (!(event.target as HTMLDetailsElement).open) return;
    try {
      this.sets = (await ask<RuleSets>('/rules')).sets.map((s) => s.set);
    } catch {
      // The page says by itself that the server is away.
      this.sets = null;
    }
  }
}

customElements.define('rules-card', RulesCard);
