import { html, LitElement } from 'lit';
export class Overlay extends LitElement {
  override render() {
    return html``;
  }
}
customElements.define('md-overlay', Overlay);
