import type { CheckResult, EngineApi, InputFile, OpenResult } from '../../core/engine/protocol.ts';
import type { GlobalSetting } from '../../core/elf/globals.ts';
import { unpackExploration } from '../../core/trace/views/packed-exploration.ts';
import type { Exploration, ForkMark, SessionInfo, StepView, WhyView } from '../../core/trace/views/view.ts';
import { exporterOf } from '../../core/trace/export/index.ts';
import type { ExportFormat } from '../../core/trace/export/index.ts';
import type { HostCommand, Theme } from '../../electron/ipc-contract.ts';
import { memory, recall, remember } from './memory.ts';
import type { Host } from '../host/host.ts';
import { Jobs } from './jobs.svelte.ts';
import type { Following } from './jobs.svelte.ts';
import { isPlace, type Place } from '../place.ts';
import { takeOver } from '../lesson/progress.ts';
import { byId } from '../exploration/by-id.ts';
import { saveLog, savePieces } from './saving.ts';
import { prepared } from '../exploration/prepare.ts';
import { nearestVisit } from '../exploration/visits.ts';
import { StepCache } from './step-cache.ts';

export type Mode = 'lesson' | 'sandbox' | 'traces';
/** Tabs of the Exploration pane. */
export type ExplorationTab = 'exploration' | 'pruning' | 'envelope' | 'run';
export type SessionEntry = OpenResult['sessions'][number];

/** What is chosen, shown by every pane at once. Choosing one thing keeps the others unless they contradict it. */
export interface Selection {
  /** Instruction index. */
  readonly insn: number | null;
  /** `ForkMark.id`. */
  readonly fork: number | null;
  /** `PathLane.id`. */
  readonly lane: number | null;
  readonly slot: { readonly frame: number; readonly spi: number } | null;
  /** Register name (`r6`): what the Envelope tab shows. */
  readonly reg: string | null;
}
const NOTHING: Selection = { insn: null, fork: null, lane: null, slot: null, reg: null };

/** Something that went wrong, kept until it is dismissed (Problems tab). */
export interface Problem {
  readonly id: number;
  readonly text: string;
  /** Only listed: it is on show elsewhere, or hinders nothing. */
  readonly quiet: boolean;
}

/** How long the rest may keep a program that is there from being shown, milliseconds. */
const PATIENCE = 60;
/** Any number beyond the last step. */
const END = 0x7fff_ffff;
/** Steps a second at speed 1. */
const PACE = 2.5;
export const SPEEDS = [0.5, 1, 2, 4, 16, 64] as const;

/**
 * The state that all panes share. Read fields in markup or `$derived`; change them only through methods.
 *
 * `step` moves at once (the playhead follows the pointer); `view` is the newest `StepView` that has arrived, so its
 * `view.step` may lag behind `step` for a moment. Everything drawn about registers, stack and iterators comes from `view`.
 */
export class SessionStore {
  engine = $state.raw<EngineApi | null>(null);
  /** The session on show, null when none is open. */
  info = $state.raw<SessionInfo | null>(null);
  exploration = $state.raw<Exploration | null>(null);
  /** Why it was rejected; null for an accepted program. */
  why = $state.raw<WhyView | null>(null);
  /** All open sessions. */
  sessions = $state.raw<readonly SessionEntry[]>([]);
  /** Where the playhead is: 1 … `info.steps`, 0 when there is no step. */
  step = $state(0);
  view = $state.raw<StepView | null>(null);
  selection = $state.raw<Selection>(NOTHING);
  /** Stack frame on show, null for the innermost. */
  frame = $state<number | null>(null);
  playing = $state(false);
  speed = $state<number>(1);
  mode = $state<Mode>('lesson');
  tab = $state<ExplorationTab>('exploration');
  /** Whether the left pane explains the rejection instead of showing the lesson. */
  explaining = $state(false);
  /** A lesson that another pane asks the Lesson pane to open; see `openLesson`. */
  wantedLesson = $state<string | null>(null);
  theme = $state<Theme>('system');
  /** What is being waited for, in words; empty when nothing is. */
  busy = $state('');
  /** What is under way and can be cancelled. */
  readonly jobs = new Jobs();
  problems = $state.raw<readonly Problem[]>([]);
  breakpoints = $state.raw<readonly number[]>([]);
  /** Counts up each time a session is shown anew; a key for caches. */
  revision = $state(0);

  /** Settled when what was open the last time is there again, or will not come. */
  readonly back: Promise<void>;
  readonly #cameBack: () => void;
  #host: Host | null = null;
  #cache = new StepCache<StepView>();
  #wanted = 0;
  #fetching = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #journal: Uint8Array | null = null;
  #problem = 0;
  #journalTimer: ReturnType<typeof setTimeout> | null = null;
  #showing = 0;
  #opening = 0;
  #waiting: ((engine: EngineApi) => void)[] = [];

  constructor() {
    let settle = (): void => {};
    this.back = new Promise((resolve) => (settle = resolve));
    this.#cameBack = settle;
  }

  /** Connects the store with its host and starts the engine. */
  start(host: Host): void {
    this.#host = host;
    host.start({
      engine: (engine) => void this.#connected(engine),
      lost: (reason) => {
        this.engine = null;
        this.pause();
        this.complain(`The engine stopped (${reason}). It is being started again; your work is kept.`);
      },
      open: (files) => void this.open(files),
      command: (command) => this.onCommand(command),
    });
  }
  /** Set by the window: runs a command of the native menu. */
  onCommand: (command: HostCommand) => void = () => {};

  get host(): Host | null {
    return this.#host;
  }

  // Files may be asked for before the engine has started, or while it is started again: they wait.
  #engineThere(): Promise<EngineApi> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
  async #connected(engine: EngineApi): Promise<void> {
    this.engine = engine;
    for (const resolve of this.#waiting.splice(0)) resolve(engine);
    this.#fetching = false;
    const before = this.info;
    if (this.#journal === null || before === null) {
      try {
        await this.#comeBack();
      } finally {
        this.#cameBack();
      }
      return;
    }
    await this.#restore(this.#journal, { session: before.id, step: this.step, mode: this.mode });
  }
  // A window that is opened anew brings back what was open, unless it was just that which ended the last one.
  async #comeBack(): Promise<void> {
    const work = await memory.work();
    const place = recall('place', isPlace);
    if (work === null || place === null || this.info !== null) return;
    if (memory.text('restoring') !== null) {
      memory.keepText('restoring', null);
      this.complain('What was open is not opened again: the last time, the window did not come back with it.');
      return;
    }
    memory.keepText('restoring', '1');
    try {
      await this.#restore(work, place);
    } finally {
      memory.keepText('restoring', null);
    }
  }
  async #restore(journal: Uint8Array, place: Place): Promise<void> {
    let shown = false;
    const show = async (session: number): Promise<void> => {
      if (shown || session !== place.session) return;
      shown = true;
      this.mode = place.mode;
      await this.show(session, place.step);
    };
    await this.#run('Bringing back what was open', async (engine, control) => {
      const back = await engine.restore(journal, {
        ...control,
        progress: (told) => {
          control.progress(told);
          if (told.session !== undefined) void show(told.session.session);
        },
      });
      for (const error of back.errors) this.complain(error);
      takeOver(back.done ?? []);
      this.sessions = await engine.sessions();
      const first = back.sessions[0];
      if (!shown && first !== undefined)
        await show(back.sessions.some(({ session }) => session === place.session) ? place.session : first.session);
      return back.left;
    });
    this.#keepJournal();
  }

  /** Opens files; shows the first program as soon as it is verified, while the rest goes on. Errors go to `problems`. */
  async open(files: readonly InputFile[]): Promise<void> {
    if (files.length === 0) return;
    const names = files.map((file) => file.name);
    const what = names.length > 2 ? `${names[0]} and ${names.length - 1} more files` : names.join(', ');
    await this.#opens(`Verifying ${what}`, 'sandbox', undefined, (engine, control) => engine.open(files, control));
  }
  /** The program on show once more, with global variables set before loading. */
  async openWith(set: readonly GlobalSetting[]): Promise<void> {
    const { info } = this;
    if (info === null) return;
    await this.#opens(`Verifying ${info.program}`, 'sandbox', undefined, (engine, control) =>
      engine.openWith(info.id, set, control),
    );
  }
  /** Asks the host for files and opens them. */
  async pick(): Promise<void> {
    const files = await this.#host?.pick();
    if (files !== undefined) await this.open(files);
  }
  /** Opens a bundled sample in the sandbox. */
  async openSample(file: string, program?: string, step?: number): Promise<void> {
    await this.#openBundled('sandbox', file, program, step);
  }
  /** Opens what a lesson's page speaks of, beside the lesson. */
  async openForLesson(file: string, program?: string, step?: number): Promise<void> {
    await this.#openBundled('lesson', file, program, step);
  }
  async #openBundled(mode: Mode, file: string, program?: string, step?: number): Promise<void> {
    await this.#opens(`Verifying ${file.split('/').at(-1)}`, mode, step, (engine, control) =>
      engine.openSample(file, program, control),
    );
  }
  // What a person opens themselves is the sandbox's: a rejection may then take the left pane. Of two files opened at once the later is shown.
  async #opens(
    what: string,
    mode: Mode,
    step: number | undefined,
    open: (engine: EngineApi, control: Following) => Promise<OpenResult>,
  ): Promise<void> {
    const turn = ++this.#opening;
    let shown: Promise<void> | null = null;
    const first = (entry: SessionEntry): void => {
      if (shown !== null || turn !== this.#opening) return;
      this.mode = mode;
      shown = this.show(entry.session, step);
    };
    await this.#run(what, async (engine, control) => {
      const result = await open(engine, {
        ...control,
        progress: (told) => {
          control.progress(told);
          if (told.session === undefined) return;
          this.#meet([...this.sessions, told.session]);
          first(told.session);
        },
      });
      for (const error of result.errors) this.complain(error);
      this.#meet(await engine.sessions());
      const [entry] = result.sessions;
      if (entry !== undefined) first(entry);
      await shown;
      return result.left;
    });
    this.#keepJournal();
  }
  // Sessions that are new here, and what is to be said of them.
  #meet(sessions: readonly SessionEntry[]): void {
    const before = this.sessions;
    const isNew = ({ session }: SessionEntry): boolean => !before.some((entry) => entry.session === session);
    this.sessions = sessions
      .filter((entry, i) => sessions.findIndex(({ session }) => session === entry.session) === i)
      .sort((a, b) => a.session - b.session);
    for (const entry of this.sessions)
      if (entry.accepted === null && isNew(entry)) this.complain(`${entry.file}: ${entry.summary}`, true);
  }

  /**
   * Shows a session. A rejected program opens at its error.
   * @param step where to put the playhead; by default the error's step, else the first
   */
  async show(session: number, step?: number): Promise<void> {
    const engine = this.engine;
    if (engine === null) return;
    const turn = ++this.#showing;
    this.pause();
    // What was given up opens where it was given up, as a rejection does: at its last step, to which any larger number leads.
    const accepted = this.sessions.find((entry) => entry.session === session)?.accepted !== false;
    const asked = step ?? (accepted ? 1 : END);
    const there = Promise.all([engine.info(session), engine.step(session, asked)]);
    // The rest may take longer: it is asked for behind the step, and nobody waits for it.
    const rest = Promise.all([engine.exploration(session).then(unpackExploration).then(prepared), engine.why(session)]);
    rest.catch(() => {});
    const [info, view] = await there;
    const early = await Promise.race([rest, new Promise<null>((resolve) => setTimeout(resolve, PATIENCE, null))]);
    if (turn !== this.#showing) return;
    this.#cache.clear();
    this.info = info;
    this.exploration = early?.[0] ?? null;
    this.why = early?.[1] ?? null;
    this.breakpoints = info.breakpoints;
    this.selection = NOTHING;
    this.explaining = info.verdict.errno !== null && info.verdict.errno !== 0 && this.mode !== 'lesson';
    this.tab = 'exploration';
    this.frame = null;
    this.revision++;
    this.#host?.title(`${info.program} · ${info.file} · Iterscope`);
    const revision = this.revision;
    this.#cache.set(view.step, view);
    this.view = null;
    this.step = 0;
    const begun = step ?? early?.[1]?.step ?? (info.verdict.errno === 0 ? 1 : info.steps);
    this.goTo(begun);
    if (early !== null) return;
    const [exploration, why] = await rest;
    if (revision !== this.revision) return;
    this.exploration = exploration;
    this.why = why;
    this.explaining &&= why !== null;
    if (step === undefined && why !== null && this.step === begun) this.goTo(why.step);
  }

  /** Moves the playhead, clamped to the trace. */
  goTo(step: number): void {
    const steps = this.info?.steps ?? 0;
    if (steps === 0) {
      this.step = 0;
      return;
    }
    const to = Math.min(Math.max(1, Math.round(step)), steps);
    this.step = to;
    this.#wanted = to;
    this.#leaveSelection(to);
    void this.#fetch();
  }
  // What was chosen in the walk stays chosen only as long as the playhead stays with it; registers and slots stay.
  #leaveSelection(to: number): void {
    const { insn, fork, lane } = this.selection;
    if (insn === null && fork === null && lane === null) return;
    const path = lane === null ? undefined : byId(this.exploration?.paths, lane);
    const onInsn = this.exploration?.pcs[to - 1] === insn;
    const onLane = path !== undefined && to >= path.firstStep && to <= path.lastStep;
    if ((insn === null || onInsn) && (lane === null || onLane)) return;
    this.selection = {
      ...this.selection,
      insn: onInsn ? insn : null,
      fork: onInsn ? fork : null,
      lane: onLane ? lane : null,
    };
  }
  stepBy(delta: number): void {
    this.goTo(this.step + delta);
  }
  first(): void {
    this.goTo(1);
  }
  last(): void {
    this.goTo(this.info?.steps ?? 0);
  }
  /** To the next (1) or previous (-1) fork, prune, checkpoint, iterator transition or path end. */
  async event(direction: 1 | -1): Promise<void> {
    const { engine, info } = this;
    if (engine === null || info === null || info.steps === 0) return;
    this.pause();
    try {
      this.goTo(await engine.event(info.id, this.step, direction));
    } catch (error) {
      this.complain(words(error));
    }
  }

  // A call or a return leads to another frame: the innermost is on show again.
  #see(view: StepView): void {
    if (view.frames.length !== this.view?.frames.length) this.frame = null;
    this.view = view;
  }
  // Latest wins: while one request is under way only the newest wish is remembered, so dragging never queues.
  async #fetch(): Promise<void> {
    const { engine, info } = this;
    if (engine === null || info === null) return;
    const cached = this.#cache.get(this.#wanted);
    if (cached !== undefined) {
      this.#see(cached);
      return;
    }
    if (this.#fetching) return;
    this.#fetching = true;
    const step = this.#wanted;
    const revision = this.revision;
    try {
      const view = await engine.step(info.id, step);
      if (revision === this.revision) {
        this.#cache.set(step, view);
        this.#see(view);
      }
    } catch (error) {
      this.complain(words(error));
      this.#fetching = false;
      return;
    }
    this.#fetching = false;
    if (this.#wanted !== step || revision !== this.revision) void this.#fetch();
  }

  play(): void {
    if (this.info === null || this.info.steps === 0) return;
    if (this.step >= this.info.steps) this.goTo(1);
    this.playing = true;
    this.#tick();
  }
  pause(): void {
    this.playing = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }
  // Above 20 frames a second a tick takes several steps, but never jumps over a breakpoint.
  #tick(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const rate = PACE * this.speed;
    const stride = Math.max(1, Math.round(rate / 20));
    this.#timer = setTimeout(
      () => {
        const { info, exploration } = this;
        if (!this.playing || info === null || exploration === null) return;
        let to = this.step;
        let hit = false;
        for (let n = 0; n < stride && to < info.steps && !hit; n++) {
          to++;
          hit = this.breakpoints.includes(exploration.pcs[to - 1] ?? -1);
        }
        this.goTo(to);
        if (hit || to >= info.steps) this.pause();
        else this.#tick();
      },
      (1000 * stride) / rate,
    );
  }
  setSpeed(speed: number): void {
    this.speed = speed;
    if (this.playing) this.#tick();
  }

  /** Chooses an instruction; `jump` also moves the playhead to the nearest step that processes it. */
  selectInsn(insn: number, jump = true): void {
    this.selection = { ...this.selection, insn, fork: null, lane: null };
    if (!jump) return;
    const step = this.nearestStep(insn);
    if (step > 0) {
      this.pause();
      this.goTo(step);
    }
  }
  /** Chooses a fork and moves the playhead there. */
  selectFork(fork: number): void {
    const mark = byId(this.exploration?.forks, fork);
    if (mark === undefined) return;
    this.pause();
    this.selection = { ...this.selection, fork, insn: mark.pc, lane: mark.path };
    this.goTo(mark.step);
  }
  /** Chooses the fork at the playhead, else the last one before it. */
  selectForkHere(): void {
    let nearest: ForkMark | null = null;
    for (const fork of this.exploration?.forks ?? [])
      if (fork.step <= this.step && (nearest === null || fork.step > nearest.step)) nearest = fork;
    if (nearest !== null) this.selectFork(nearest.id);
  }
  /** Turns the left pane to the explanation of the rejection, and the playhead to the error. */
  explain(): void {
    if (this.why === null) return;
    this.explaining = !this.explaining;
    if (this.mode === 'traces') this.mode = 'sandbox';
    if (this.explaining) this.goTo(this.why.step);
  }
  /** Chooses a lane; the playhead moves to its start unless it is already on it. */
  selectLane(lane: number): void {
    const path = byId(this.exploration?.paths, lane);
    if (path === undefined) return;
    this.pause();
    this.selection = { ...this.selection, lane, fork: null, insn: null };
    if (this.step < path.firstStep || this.step > path.lastStep) this.goTo(path.firstStep);
  }
  selectSlot(frame: number, spi: number): void {
    this.frame = frame;
    this.selection = { ...this.selection, slot: { frame, spi }, reg: null };
  }
  selectReg(reg: string): void {
    this.selection = { ...this.selection, reg, slot: null };
  }
  clearSelection(): void {
    this.selection = NOTHING;
  }
  /** The step nearest to the playhead that processes `insn`; 0 if the verifier never came there. */
  nearestStep(insn: number): number {
    return nearestVisit(this.exploration?.pcs ?? new Uint32Array(), this.step, insn);
  }

  async toggleBreakpoint(insn: number): Promise<void> {
    const { engine, info } = this;
    if (engine === null || info === null) return;
    try {
      await engine.setBreakpoint(info.id, insn, !this.breakpoints.includes(insn));
      this.breakpoints = (await engine.info(info.id)).breakpoints;
      this.#keepJournal();
    } catch (error) {
      this.complain(words(error));
    }
  }

  /** After a terminal command: follows the session and step that it changed. */
  async follow(session: number | undefined, step: number | undefined): Promise<void> {
    const { engine } = this;
    if (engine === null) return;
    this.#meet(await engine.sessions());
    if (session !== undefined && session !== this.info?.id) {
      if (this.mode === 'traces') this.mode = 'sandbox';
      await this.show(session, step);
    } else if (step !== undefined) this.goTo(step);
    if (this.info !== null) this.breakpoints = (await engine.info(this.info.id)).breakpoints;
    this.#keepJournal();
  }
  /** After an exercise was checked: shows what the engine made of it. */
  async followCheck(result: CheckResult): Promise<void> {
    if (result.session === undefined) return;
    await this.follow(result.session, undefined);
  }

  /** Offers a session, the one on show unless told, for saving in a format. */
  async export(format: ExportFormat, session = this.info?.id): Promise<void> {
    const host = this.#host;
    const entry = this.sessions.find((one) => one.session === session);
    if (host === null || entry === undefined) return;
    const exporter = exporterOf(format);
    if (exporter.streams)
      await this.#run(`Writing ${entry.program}.${exporter.extension}`, (...to) =>
        savePieces(host, ...to, entry, format, exporter.extension),
      );
    else
      await this.#guard(`Writing ${entry.program}.${exporter.extension}…`, async (engine) => {
        await host.save(await engine.exportTrace(entry.session, format));
      });
  }
  /** Offers the log of the session on show for saving: in pieces, each when the one before has been taken. */
  async saveLog(level: 1 | 2): Promise<void> {
    const host = this.#host;
    const entry = this.sessions.find((one) => one.session === this.info?.id);
    if (host === null || entry === undefined) return;
    await this.#run('Writing the log', (...to) => saveLog(host, ...to, entry, level));
  }

  /** Opens a lesson in the left pane. */
  openLesson(id: string): void {
    this.mode = 'lesson';
    this.explaining = false;
    this.wantedLesson = id;
  }

  complain(text: string, quiet = false): void {
    this.problems = [
      ...this.problems.filter((problem) => problem.text !== text),
      { id: ++this.#problem, text, quiet },
    ].slice(-200);
  }
  dismiss(id: number): void {
    this.problems = this.problems.filter((problem) => problem.id !== id);
  }
  dismissAll(): void {
    this.problems = [];
  }
  /** Keeps where a person is, for a window that is opened anew. */
  keepPlace(): void {
    if (this.info !== null)
      remember('place', { session: this.info.id, step: this.step, mode: this.mode } satisfies Place);
  }

  #run(what: string, job: (engine: EngineApi, control: Following) => Promise<number | undefined>): Promise<void> {
    return this.jobs.run(what, (words, work) => this.#guard(words, work), job);
  }
  async #guard(what: string, job: (engine: EngineApi) => Promise<void>): Promise<void> {
    this.busy = what;
    try {
      await job(this.engine ?? (await this.#engineThere()));
    } catch (error) {
      this.complain(words(error));
    } finally {
      this.busy = '';
    }
  }
  // What is open, kept a moment later: many changes are one.
  #keepJournal(): void {
    if (this.#journalTimer !== null) clearTimeout(this.#journalTimer);
    this.#journalTimer = setTimeout(() => {
      this.engine?.journal().then(
        (journal) => {
          this.#journal = journal;
          void memory.keepWork(journal);
        },
        () => {},
      );
    }, 150);
  }
}

/** An error's message in one line. */
export function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The one store of this window. */
export const store = new SessionStore();
