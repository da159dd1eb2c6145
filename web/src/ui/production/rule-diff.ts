import { css, html, LitElement, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { FieldDiff, RuleDiff } from '../../model/production';
import { fieldValue } from '../../model/production-words';
import { shared } from '../shared';

const SIGNS = { added: '+', removed: '−', changed: '~' };

/** What one rule set does differently from another, rule by rule. */
export class RuleDiffView extends LitElement {
  @property({ attribute: false }) diff: RuleDiff[] = [];

  static override styles = [
    shared,
    css`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 8px;
      }
      li {
        display: grid;
        grid-template-columns: 1.2em minmax(0, 1fr);
        gap: 0 4px;
      }
      .sign {
        font-weight: 700;
      }
      .rule {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      small,
      dt {
        color: var(--muted);
        font-size: var(--s1);
      }
      dl {
        grid-column: 2;
        margin: 2px 0 0;
        display: grid;
        gap: 2px;
      }
      dl div {
        display: grid;
        grid-template-columns: minmax(64px, max-content) minmax(0, 1fr);
        gap: 0 10px;
      }
      dd {
        margin: 0;
        font-size: var(--s1);
        overflow-wrap: anywhere;
      }
      del {
        color: var(--muted);
      }
      ins {
        text-decoration: none;
        font-weight: 600;
      }
      .unsaid {
        font-style: italic;
        text-decoration: none;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`<ul dir="ltr">
      ${this.diff.map(
        (d) =>
          html`<li data-change=${d.change}>
            <span class="sign" aria-hidden="true">${SIGNS[d.change] ?? '?'}</span>
            <span
              ><span class="vh">${d.change} </span><span class="rule">${d.rule}</span>
              <small>${d.change === 'changed' ? '' : d.title}</small></span
            >
            ${d.change === 'changed' ? html`<dl>${d.fields.map((f) => this.field(f))}</dl>` : ''}
          </li>`,
      )}
    </ul>`;
  }

  private field({ field, before, after }: FieldDiff): TemplateResult {
    const value = (v: string | null): string => fieldValue(field, v);
    return html`<div>
      <dt>${field}</dt>
      <dd>
        <span class="vh">was </span><del class=${before === null ? 'unsaid' : ''}>${value(before)}</del>
        <span class="vh">, is </span><span aria-hidden="true">→</span>
        <ins class=${after === null ? 'unsaid' : ''}>${value(after)}</ins>
      </dd>
    </div>`;
  }
}

customElements.define('rule-diff', RuleDiffView);
