import { css, html, LitElement, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { Refused } from '../../net/doors';
import { operator } from '../../net/operator';
import { shared } from '../shared';
import { deskStyles } from './styles';

/** In place of an operators' page that is not open: asks for the token, or says why there is nothing to see. */
export class OperatorDoor extends LitElement {
  @property({ attribute: false }) trouble: Refused | null = null;
  /** What appears here: `The production desk`. */
  @property() what = 'This page';

  static override styles = [
    shared,
    deskStyles,
    css`
      form {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: 8px;
        margin-block-start: 10px;
        max-width: 100%;
      }
      label {
        flex-basis: 100%;
      }
      input {
        font: inherit;
        color: var(--text);
        background: var(--surface);
        border: 1px solid var(--mark);
        border-radius: 6px;
        min-height: 44px;
        padding: 4px 12px;
        width: 280px;
        max-width: 100%;
      }
      button {
        min-height: 44px;
        padding-inline: 18px;
      }
      pre {
        margin: 4px 0;
        padding: 12px 14px;
        max-width: 100%;
        overflow-x: auto;
        text-align: start;
        color: var(--text);
        font-size: var(--s1);
        background: var(--raised);
        border: 1px solid var(--line);
        border-radius: 6px;
      }
    `,
  ];

  override render(): TemplateResult {
    const { trouble } = this;
    switch (trouble?.status) {
      case undefined:
        return html`<section class="empty" role="status"><p class="big">Connecting…</p></section>`;
      case 401:
        return this.locked();
      case 403:
        return html`<section class="empty" role="status">
          <p class="big">No operator is configured</p>
          <p>
            Orders are taken from whoever bears the operator’s token. Write one of at least 16 characters into
            a file, name the file in <code>matchday.toml</code>, and restart the server:
          </p>
          <pre dir="ltr" tabindex="0">
[operator]
secret_file = "secrets/operator"</pre>
        </section>`;
      case 404:
        return html`<section class="empty" role="status">
          <p class="big">Nothing here yet</p>
          <p><bdi dir="ltr">${sentence(trouble.detail)}</bdi></p>
          <p>This page begins by itself when there is something.</p>
          <slot></slot>
        </section>`;
      default:
        return html`<section class="empty" role="status">
          <p class="big">The server does not answer</p>
          <p>${this.what} appears as soon as it does. Nothing needs to be reloaded.</p>
        </section>`;
    }
  }

  private locked(): TemplateResult {
    const wrong = operator.token !== null;
    return html`<section class="empty">
      <p class="big">For operators</p>
      <p>${this.what} asks for the operator’s token. It is kept for this tab, and forgotten with it.</p>
      <form method="post" @submit=${this.given}>
        <label for="token">Operator’s token</label>
        <input
          id="token"
          type="password"
          required
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          dir="ltr"
          aria-invalid=${wrong}
          aria-describedby="wrong"
        />
        <button>Open</button>
      </form>
      <p id="wrong" class="failed" role="alert">${wrong ? 'This token does not open it.' : ''}</p>
    </section>`;
  }

  private given(event: SubmitEvent): void {
    // The token must not come into an address: nothing of this form is ever sent.
    event.preventDefault();
    const input = this.renderRoot.querySelector('input')!;
    const token = input.value.trim();
    input.value = '';
    if (token) operator.use(token);
  }
}

/** The server's words end without a full stop. They begin as they do: with the name of a game, it may be. */
const sentence = (detail: string): string => (/[^.!?]$/.test(detail) ? `${detail}.` : detail);

customElements.define('operator-door', OperatorDoor);
