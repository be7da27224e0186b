import type { CheckResult, EngineApi, InputFile, OpenResult, SessionEntry } from '../../core/engine/protocol.ts';
import type { GlobalSetting } from '../../core/elf/globals.ts';
import type { Edit } from '../../core/elf/input.ts';
import { exporterOf } from '../../core/trace/export/index.ts';
import type { ExportFormat } from '../../core/trace/export/index.ts';
import { unpackExploration } from '../../core/trace/views/packed-exploration.ts';
import { future } from '../exploration/future.svelte.ts';
import { prepared } from '../exploration/prepare.ts';
import { breakpoints } from './breakpoints.svelte.ts';
import { connection } from './connection.svelte.ts';
import type { Following } from './jobs.svelte.ts';
import { journal } from './journal.ts';
import { marks } from './marks.svelte.ts';
import { mode } from './mode.svelte.ts';
import type { Mode } from './mode.svelte.ts';
import { onShow } from './on-show.svelte.ts';
import { playhead } from './playhead.svelte.ts';
import { places } from './places.ts';
import { problems, words } from './problems.svelte.ts';
import { notes } from './notes.svelte.ts';
import { saveLog, savePieces } from './saving.ts';
import { sourceOffer } from './source-offer.ts';
import { selection } from './selection.svelte.ts';
import { laboratory } from './laboratory.svelte.ts';
import { surroundings } from './surroundings.svelte.ts';
import { say } from '../words/index.ts';
import { baseName } from '../format.ts';

/** How long the rest may keep a program that is there from being shown, milliseconds. */
const PATIENCE = 60;
/** Any number beyond the last step. */
const END = 0x7fff_ffff;

/** The sessions that are open: opening, showing and saving them. */
class Sessions {
  list = $state.raw<readonly SessionEntry[]>([]);
  #showing = 0;
  #opening = 0;

  /** Whether anything was asked for in this window. */
  get asked(): boolean {
    return this.#opening > 0;
  }

  /** Takes files that are no programs' out of those that are opened, and gives the rest. */
  take: (files: readonly InputFile[]) => readonly InputFile[] = (files) => files;

  /** Opens files; shows the first program as soon as it is verified, while the rest goes on. Errors are told as problems. */
  async open(given: readonly InputFile[]): Promise<void> {
    const files = this.take(given);
    if (files.length === 0) return;
    connection.host?.opened(files);
    const names = files.map((file) => file.name);
    const what =
      names.length > 2 ? say.state.sessions.manyFiles(names[0]!, names.length - 1) : say.state.sessions.files(names);
    await this.#opens(say.state.sessions.verifying(what), 'sandbox', undefined, (engine, control) =>
      engine.open(files, control),
    );
  }
  /** The program on show once more, with global variables set before loading. */
  async openWith(set: readonly GlobalSetting[]): Promise<void> {
    const { info } = onShow;
    if (info === null) return;
    await this.#opens(say.state.sessions.verifying(info.program), 'sandbox', undefined, (engine, control) =>
      engine.openWith(info.id, set, control),
    );
  }
  /** Makes edits to the program on show, opens what becomes of it, and plays its walk from the beginning. */
  async apply(edits: readonly Edit[]): Promise<void> {
    const { info } = onShow;
    if (info === null) return;
    const to = mode.current === 'lesson' ? 'lesson' : 'sandbox';
    await this.#opens(say.state.sessions.verifying(info.program), to, 1, (engine, control) =>
      engine.derive(info.id, edits, control),
    );
    if (onShow.info?.id !== info.id && onShow.info?.verdict.errno === 0) playhead.play();
  }
  /** Asks the host for files and opens them. */
  async pick(): Promise<void> {
    const files = await connection.host?.pick();
    if (files !== undefined) await this.open(files);
  }
  /** Asks the host for a folder of lessons or of progress, and opens what it holds. */
  async pickFolder(): Promise<void> {
    const files = await connection.host?.pickFolder?.();
    if (files !== undefined) await this.open(files);
  }
  /** Opens a bundled sample in the sandbox. */
  async openSample(file: string, program?: string, step?: number): Promise<void> {
    await this.#openBundled('sandbox', file, program, step);
  }
  /** Opens what a lesson's page speaks of, beside the lesson. */
  async openForLesson(lesson: string, page: number, { file, step }: { file: string; step?: number }): Promise<void> {
    const what = say.state.sessions.verifying(file);
    await this.#opens(what, 'lesson', step, (engine, control) => engine.openPage(lesson, page, control));
  }
  /** Opens the program that shows an entry of the reference, wherever the person is. */
  async openForReference(id: string, step: number): Promise<void> {
    await this.#opens(say.state.sessions.verifying(id), null, step, (engine, control) =>
      engine.openReference(id, control),
    );
  }
  /** Opens what a first start begins with, wherever the person is by then; it is told before it is shown. */
  async openFirst(file: string, program: string, tell: (entry: SessionEntry) => void): Promise<void> {
    await this.#openBundled(null, file, program, 1, tell);
  }
  async #openBundled(
    to: Mode | null,
    file: string,
    program?: string,
    step?: number,
    tell?: (entry: SessionEntry) => void,
  ): Promise<void> {
    const what = say.state.sessions.verifying(baseName(file));
    await this.#opens(what, to, step, (engine, control) => engine.openSample(file, program, control), tell);
  }
  // What a person opens themselves is the sandbox's: a rejection may then take the left pane. Of two files opened at once the later is shown.
  async #opens(
    what: string,
    to: Mode | null,
    step: number | undefined,
    open: (engine: EngineApi, control: Following) => Promise<OpenResult>,
    tell: (entry: SessionEntry) => void = () => {},
  ): Promise<void> {
    const turn = ++this.#opening;
    let shown: Promise<void> | null = null;
    let met = false;
    const first = (entry: SessionEntry): void => {
      if (!met) tell(entry);
      met = true;
      if (shown !== null || turn !== this.#opening) return;
      if (to !== null) mode.current = to;
      shown = this.show(entry.session, step ?? 'start');
    };
    await connection.run(what, async (engine, control) => {
      const result = await open(engine, {
        ...control,
        progress: (told) => {
          control.progress(told);
          if (told.session === undefined) return;
          this.meet([...this.list, told.session]);
          first(told.session);
        },
      });
      for (const error of result.errors) problems.add(error);
      this.meet(await engine.sessions());
      const [entry] = result.sessions;
      if (entry !== undefined) first(entry);
      await shown;
      if (result.world !== undefined) await surroundings.entered(result.world, entry !== undefined);
      if (result.models !== undefined) laboratory.offer(result.models);
      if (result.sources !== undefined) await this.#newSources(engine);
      else if (entry !== undefined && to === 'sandbox') void this.#offerSource(engine, entry);
      return result.left;
    });
    journal.keep();
  }
  // The program on show is seen with the sources that were opened.
  async #newSources(engine: EngineApi): Promise<void> {
    const { info } = onShow;
    if (info === null) return;
    const [seen, why] = await Promise.all([engine.info(info.id), engine.why(info.id)]);
    if (onShow.info?.id !== info.id) return;
    onShow.info = seen;
    onShow.why = why;
  }
  // A source that lies beside an object is offered, once it was laid beside the object's lines.
  async #offerSource(engine: EngineApi, entry: SessionEntry): Promise<void> {
    const { host } = connection;
    try {
      const offer = host === null ? null : await sourceOffer(host, engine, entry);
      if (offer === null) return;
      if (offer.fits)
        notes.tell(say.state.sessions.beside(offer.words), {
          label: say.state.sessions.showTheSource,
          run: () => {
            notes.close();
            void this.open([offer.file]);
          },
        });
      else problems.add(offer.words, true);
    } catch (error) {
      problems.add(words(error), true);
    }
  }
  /** Takes the list of what is open; what is new here and not covered by the model is told. */
  meet(sessions: readonly SessionEntry[]): void {
    const before = this.list;
    const isNew = ({ session }: SessionEntry): boolean => !before.some((entry) => entry.session === session);
    this.list = sessions
      .filter((entry, i) => sessions.findIndex(({ session }) => session === entry.session) === i)
      .sort((a, b) => a.session - b.session);
    for (const entry of this.list)
      if (entry.accepted === null && isNew(entry))
        problems.add(say.state.sessions.notCovered(entry.file, entry.summary), true, entry.session);
  }

  /**
   * Shows a session.
   * @param to where to put the playhead: a step; its `start`, which is a rejected program's error; by default where one was in it, else its start
   */
  async show(session: number, to?: number | 'start'): Promise<void> {
    const { engine } = connection;
    if (engine === null) return;
    const turn = ++this.#showing;
    playhead.pause();
    // What was given up opens where it was given up, as a rejection does: at its last step, to which any larger number leads.
    // Where the future is not shown, a rejection is come to as everything else is.
    const entry = this.list.find((one) => one.session === session);
    const told = entry === undefined || future.shownOf(session, entry);
    const place = to === undefined && entry !== undefined ? places.of(session, entry) : null;
    const step = typeof to === 'number' ? to : place?.step;
    const asked = step ?? (entry?.accepted === false && told ? END : 1);
    const there = Promise.all([engine.info(session), engine.step(session, asked)]);
    // The rest may take longer: it is asked for behind the step, and nobody waits for it.
    const rest = Promise.all([engine.exploration(session).then(unpackExploration).then(prepared), engine.why(session)]);
    rest.catch(() => {});
    const [info, view] = await there;
    const early = await Promise.race([rest, new Promise<null>((resolve) => setTimeout(resolve, PATIENCE, null))]);
    if (turn !== this.#showing) return;
    this.#leave(session);
    onShow.info = info;
    onShow.exploration = early?.[0] ?? null;
    onShow.why = early?.[1] ?? null;
    breakpoints.list = info.breakpoints;
    selection.clear();
    mode.explaining = told && info.verdict.errno !== null && info.verdict.errno !== 0 && mode.current !== 'lesson';
    mode.tab = 'exploration';
    playhead.frame = null;
    const revision = ++onShow.revision;
    marks.list = [];
    marks.refresh().catch((reason: unknown) => problems.add(words(reason)));
    connection.host?.title(say.state.sessions.title(info.program, info.file));
    const begun = step ?? (told ? (early?.[1]?.step ?? (info.verdict.errno === 0 ? 1 : info.steps)) : 1);
    playhead.begin(view, begun);
    selection.comeBack(place);
    if (early !== null) return;
    const [exploration, why] = await rest;
    if (revision !== onShow.revision) return;
    onShow.exploration = exploration;
    onShow.why = why;
    mode.explaining &&= why !== null;
    if (told && step === undefined && why !== null && playhead.step === begun) playhead.goTo(why.step);
  }
  // Where a person was in the program that gives way is kept at once: a moment later it is not on show any more.
  #leave(next: number): void {
    const { info } = onShow;
    if (info === null || info.id === next || playhead.step === 0) return;
    const { insn, reg, slot } = selection.current;
    places.keep(info.id, info, { step: playhead.step, insn, reg, slot });
  }
  /** Closes sessions; in the place of the one on show comes its neighbour in the list, if there is one. */
  async close(...closing: readonly number[]): Promise<void> {
    const { engine } = connection;
    if (engine === null) return;
    const shown = onShow.info?.id;
    const at = this.list.findIndex(({ session }) => session === shown);
    try {
      for (const session of closing) await engine.close(session);
      await this.#closed(engine, at);
    } catch (error) {
      problems.add(words(error));
    }
  }
  /** The engine may have closed some by itself. */
  async refresh(): Promise<void> {
    const { engine } = connection;
    const at = this.list.findIndex(({ session }) => session === onShow.info?.id);
    if (engine !== null && at >= 0) await this.#closed(engine, at);
  }
  // In the place of the one on show, where it was closed, comes its neighbour in the list.
  async #closed(engine: EngineApi, at: number): Promise<void> {
    const shown = onShow.info?.id;
    this.list = await engine.sessions();
    future.keep(this.list);
    journal.keep();
    if (shown === undefined || this.list.some(({ session }) => session === shown)) return;
    const next = this.list[Math.min(at, this.list.length - 1)];
    if (next !== undefined) await this.show(next.session);
    else this.#showNothing();
  }
  #showNothing(): void {
    this.#showing++;
    playhead.leave();
    [onShow.info, onShow.exploration, onShow.why] = [null, null, null];
    onShow.revision++;
    breakpoints.list = [];
    marks.list = [];
    selection.clear();
    mode.explaining = false;
    mode.tab = 'exploration';
    connection.host?.title(say.state.sessions.product);
  }
  /** Turns the left pane to the explanation of the rejection, and the playhead to the error. */
  explain(): void {
    const { why } = future.known;
    if (why === null) return;
    mode.explaining = !mode.explaining;
    mode.leavePage();
    if (mode.explaining) playhead.goTo(why.step);
  }

  /** After a terminal command: follows the session and step that it changed. */
  async follow(session: number | undefined, step: number | undefined): Promise<void> {
    const { engine } = connection;
    if (engine === null) return;
    this.meet(await engine.sessions());
    if (session !== undefined && session !== onShow.info?.id) {
      mode.leavePage();
      await this.show(session, step ?? 'start');
    } else if (step !== undefined) playhead.goTo(step);
    await breakpoints.refresh();
    await marks.refresh();
    await surroundings.refresh();
    journal.keep();
  }
  /** After an exercise was checked: shows what the engine made of it. */
  async followCheck(result: CheckResult): Promise<void> {
    if (result.session === undefined) return;
    // Who has it checked asks for what comes of it.
    const rejected =
      (await connection.engine?.sessions())?.find(({ session }) => session === result.session)?.accepted === false;
    await this.follow(result.session, rejected ? END : undefined);
  }

  /** Offers a session, the one on show unless told, for saving in a format. */
  async export(format: ExportFormat, session = onShow.info?.id): Promise<void> {
    const { host } = connection;
    const entry = this.list.find((one) => one.session === session);
    if (host === null || entry === undefined) return;
    const { streams, extension } = exporterOf(format);
    const what = say.state.sessions.writing(`${entry.program}.${extension}`);
    if (streams) await connection.run(what, (...to) => savePieces(host, ...to, entry, format, extension));
    else
      await connection.during(say.state.jobs.underWay(what), async (engine) => {
        await host.save(await engine.exportTrace(entry.session, format));
      });
  }
  /** Offers the log of the session on show for saving: in pieces, each when the one before has been taken. */
  async saveLog(level: 1 | 2): Promise<void> {
    const { host } = connection;
    const entry = this.list.find((one) => one.session === onShow.info?.id);
    if (host === null || entry === undefined) return;
    await connection.run(say.state.sessions.writingTheLog, (...to) => saveLog(host, ...to, entry, level));
  }
}

export const sessions = new Sessions();
