import { render, type TemplateResult } from 'lit';
import type {
  ActionInvokeParams,
  EmptyPayload,
  GraphicsAPI,
  PlayActionReturnPayload,
  ReturnPayload,
} from 'ograf';

type LoadParams = Parameters<GraphicsAPI.Graphic['load']>[0];
type Schedule = Parameters<GraphicsAPI.Graphic['setActionsSchedule']>[0]['schedule'];

/** How the panel comes and goes, in milliseconds. */
const IN_MS = 420;
const OUT_MS = 260;
const DESIGN = { width: 1920, height: 1080 };

/** Where a graphic is between its start and its end. */
interface Phase {
  direction: 'in' | 'out';
  since: number;
  /** Without animation: at its end at once. */
  cut: boolean;
}

const OK: ReturnPayload = { statusCode: 200 };
const ease = (t: number): number => 1 - (1 - Math.min(1, Math.max(0, t))) ** 3;

/**
 * What every graphic of ours shares of EBU OGraf v1: the actions, the step model, and rendering out of real
 * time, in which the picture is a function of the schedule and the timestamp alone.
 *
 * A graphic draws on a stage of 1920 by 1080 that is scaled to the renderer's resolution.
 */
export abstract class OgrafGraphic<Data extends object> extends HTMLElement implements GraphicsAPI.Graphic {
  /** 1: in on play, out on stop. 0: out by itself after `hold_ms`. */
  protected abstract readonly stepCount: 0 | 1;
  protected data: Partial<Data> = {};

  private root: ShadowRoot | null = null;
  private initial: Partial<Data> = {};
  private phase: Phase | null = null;
  private realtime = true;
  private time = 0;
  private schedule: Schedule = [];
  private timers: number[] = [];
  private frame = 0;

  protected abstract content(data: Partial<Data>): TemplateResult;
  /** For a graphic without steps: how long it stands before it goes. */
  protected hold_ms(): number {
    return 5000;
  }

  /** Resolves when elements within have drawn what they were handed. */
  protected settled(): Promise<unknown> {
    const inner = [...(this.root?.querySelectorAll('*') ?? [])] as { updateComplete?: Promise<unknown> }[];
    return Promise.all(inner.map((el) => el.updateComplete));
  }

  async load(params: LoadParams): Promise<ReturnPayload> {
    this.root ??= this.attachShadow({ mode: 'open' });
    this.realtime = params.renderType !== 'non-realtime';
    this.initial = (params.data ?? {}) as Partial<Data>;
    this.data = this.initial;
    const { width, height } = params.renderCharacteristics?.resolution ?? DESIGN;
    const scale = Math.min(width / DESIGN.width, height / DESIGN.height);
    Object.assign(this.style, {
      display: 'block',
      position: 'absolute',
      left: '0',
      top: '0',
      width: `${DESIGN.width}px`,
      height: `${DESIGN.height}px`,
      transformOrigin: '0 0',
      transform: `scale(${scale})`,
      pointerEvents: 'none',
    });
    this.draw();
    await this.settled();
    return OK;
  }

  async dispose(): Promise<ReturnPayload> {
    this.cancel();
    this.phase = null;
    if (this.root) render('', this.root);
    return OK;
  }

  async updateAction({ data }: { data: unknown }): Promise<ReturnPayload> {
    if (typeof data !== 'object' || data === null) {
      return { statusCode: 400, statusMessage: 'data must be an object, as the manifest describes it' };
    }
    this.data = { ...this.data, ...(data as Partial<Data>) };
    this.draw();
    await this.settled();
    return OK;
  }

  async playAction(params: {
    delta?: number;
    goto?: number;
    skipAnimation?: boolean;
  }): Promise<PlayActionReturnPayload> {
    const at = this.phase?.direction === 'in' ? 0 : -1;
    const target = params.goto ?? at + (params.delta ?? 1);
    if (this.stepCount === 1 && target >= 1) {
      await this.stopAction(params);
      return { ...OK, currentStep: undefined as unknown as number };
    }
    if (at < 0 || this.stepCount === 0) await this.turn('in', params.skipAnimation === true);
    return { ...OK, currentStep: (this.stepCount === 1 ? 0 : undefined) as number };
  }

  async stopAction(params: { skipAnimation?: boolean } = {}): Promise<ReturnPayload> {
    if (this.phase?.direction === 'in') await this.turn('out', params.skipAnimation === true);
    return OK;
  }

  async customAction({ id }: ActionInvokeParams): Promise<ReturnPayload> {
    return { statusCode: 400, statusMessage: `no custom action is called ${id}` };
  }

  async goToTime({ timestamp }: { timestamp: number }): Promise<ReturnPayload> {
    this.cancel();
    this.realtime = false;
    this.phase = null;
    this.data = this.initial;
    for (const { timestamp: at, action } of this.schedule) {
      if (at > timestamp) break;
      this.time = at;
      // Nothing waits out of real time, so that each action is done when it returns.
      if (action.type === 'updateAction') void this.updateAction(action.params);
      else if (action.type === 'playAction') void this.playAction(action.params);
      else if (action.type === 'stopAction') void this.stopAction(action.params);
      else void this.customAction(action.params);
    }
    this.time = timestamp;
    this.draw();
    await this.settled();
    return OK;
  }

  async setActionsSchedule({ schedule }: { schedule: Schedule }): Promise<EmptyPayload> {
    this.schedule = schedule.slice().sort((a, b) => a.timestamp - b.timestamp);
    return {};
  }

  private now(): number {
    return this.realtime ? performance.now() : this.time;
  }

  private async turn(direction: 'in' | 'out', cut: boolean): Promise<void> {
    this.cancel();
    this.phase = { direction, since: this.now(), cut };
    this.draw();
    if (!this.realtime) return;
    const length = cut ? 0 : direction === 'in' ? IN_MS : OUT_MS;
    if (direction === 'in' && this.stepCount === 0) {
      this.timers.push(window.setTimeout(() => void this.stopAction({}), length + this.hold_ms()));
    }
    this.run();
    if (length > 0) await new Promise((done) => this.timers.push(window.setTimeout(done, length)));
    this.draw();
  }

  private run(): void {
    cancelAnimationFrame(this.frame);
    const step = (): void => {
      this.place();
      const elapsed = this.now() - (this.phase?.since ?? 0);
      if (elapsed < IN_MS) this.frame = requestAnimationFrame(step);
    };
    step();
  }

  private cancel(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
    cancelAnimationFrame(this.frame);
  }

  /** How much of the panel is there, 0 to 1. */
  private progress(): number {
    const { phase } = this;
    if (!phase) return 0;
    const elapsed = this.now() - phase.since;
    const into = phase.cut ? 1 : ease(elapsed / IN_MS);
    if (phase.direction === 'out') return phase.cut ? 0 : 1 - ease(elapsed / OUT_MS);
    // Out of real time there is no timer: a graphic without steps goes by the clock.
    const left = elapsed - (phase.cut ? 0 : IN_MS) - this.hold_ms();
    if (this.stepCount === 0 && !this.realtime && left > 0) return 1 - ease(left / OUT_MS);
    return into;
  }

  private draw(): void {
    if (!this.root) return;
    render(this.content(this.data), this.root);
    this.place();
  }

  private place(): void {
    const panel = this.root?.querySelector<HTMLElement>('.panel');
    if (!panel) return;
    const p = this.progress();
    panel.style.visibility = p === 0 ? 'hidden' : 'visible';
    panel.style.opacity = String(Math.min(1, p * 1.6));
    panel.style.transform = `translateY(${((1 - p) * 28).toFixed(2)}px)`;
    panel.style.clipPath = p === 1 ? 'none' : `inset(${((1 - p) * 100).toFixed(2)}% 0 0 0)`;
  }
}
