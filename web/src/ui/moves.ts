import { noChange } from 'lit';
import { Directive, type DirectiveParameters, directive, type ElementPart } from 'lit/directive.js';
import { reducedMotion } from '../settings';

/** A number that changed comes into its place once: from below when it grew, from above when it fell. */
class Moves extends Directive {
  private last: number | undefined;

  render(_value: number): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [value]: DirectiveParameters<this>): typeof noChange {
    const from = this.last;
    this.last = value;
    if (from !== undefined && from !== value && !reducedMotion()) {
      const by = value > from ? '0.14em' : '-0.14em';
      part.element.animate([{ transform: `translateY(${by})`, opacity: 0.6 }, {}], {
        duration: 260,
        easing: 'cubic-bezier(.2,.7,.2,1)',
      });
    }
    return noChange;
  }
}

export const moves = directive(Moves);
