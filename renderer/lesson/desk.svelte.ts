import type { CompilerInfo, Diagnostic } from '../../core/engine/compiled.ts';
import type { Attempt, CheckResult, ExerciseSolution, ExerciseTrial, LessonStep } from '../../core/engine/protocol.ts';
import { encodeUtf8 } from '../../core/base/utf8.ts';
import { closed, piecesText } from '../../core/lesson/pieces.ts';
import type { Piece } from '../../core/lesson/pieces.ts';
import { WAYS } from '../../core/lesson/progress.ts';
import type { Way } from '../../core/lesson/progress.ts';
import { oneOf } from '../state/choices.ts';
import { connection } from '../state/connection.svelte.ts';
import { Kept } from '../state/kept.svelte.ts';
import { memory } from '../state/memory.ts';
import { mode } from '../state/mode.svelte.ts';
import { words } from '../state/problems.svelte.ts';
import { sessions } from '../state/sessions.svelte.ts';
import { Rested } from '../state/rested.svelte.ts';
import { REST } from '../state/workbench.svelte.ts';
import { say } from '../words/index.ts';
import { reader } from './reader.svelte.ts';
import { keepHelp } from './record.ts';
import { beforeName, exerciseName, keepablePieces, keptTexts } from './ways.ts';

type Exercise = NonNullable<LessonStep['exercise']>;
/** The exercise that is being solved. */
interface Place {
  readonly lesson: string;
  readonly page: number;
  readonly exercise: Exercise;
}

/** Compiling did not give a program: what is wrong, at its lines. */
class NotCompiled {
  constructor(
    readonly line: number,
    readonly text: string,
  ) {}
}

/** The exercise of the page on show: what is written, what the verifier says of it meanwhile, and what the check said last. */
class Desk {
  at = $state.raw<Place | null>(null);
  /** Whether its text is over the source; Esc takes it away. */
  open = $state(true);
  readonly #way = new Kept<Way>('exercise.way', 'assembly', oneOf(...WAYS));
  /** The text in the way that is on show. */
  text = $state('');
  /** The pieces that were chosen, in order. */
  chosen = $state.raw<readonly Piece[]>([]);
  /** Counts up when the text was put there and not typed. */
  put = $state(0);
  /** What stood there before *Start over*. */
  before = $state<string | null>(null);
  compiler = $state.raw<CompilerInfo | null>(null);
  /** What the compiler says of lines. */
  diagnostics = $state.raw<readonly Diagnostic[]>([]);
  trial = $state.raw<ExerciseTrial | null>(null);
  readonly #rested = new Rested();
  result = $state.raw<CheckResult | null>(null);
  checking = $state(false);
  /** How many hints are shown. */
  hints = $state(0);
  solution = $state.raw<ExerciseSolution | null>(null);
  #compiled: { readonly text: string; readonly attempt: Attempt } | null = null;

  /** A text is waiting to be verified, or is being verified. */
  get pending(): boolean {
    return this.#rested.pending;
  }
  /** The ways in which this exercise can be solved. */
  readonly ways = $derived<readonly Way[]>(
    this.at === null
      ? []
      : WAYS.filter(
          (way) =>
            way === 'assembly' ||
            (way === 'c' ? this.at?.exercise.c !== undefined : this.at?.exercise.pieces !== undefined),
        ),
  );
  readonly way = $derived<Way>(this.ways.includes(this.#way.value) ? this.#way.value : 'assembly');
  /** C can't be compiled here: it is only read. */
  readonly onlyRead = $derived(this.way === 'c' && (this.compiler === null || this.compiler.name === ''));
  /** The line, from 1, that the verifier or the assembler speaks of; 0 for none. */
  readonly line = $derived(
    this.trial === null ? 0 : this.trial.problem === undefined ? this.trial.line : this.trial.problem.line,
  );
  /** What the text on show is written in. */
  readonly language = $derived(this.way === 'c' ? 'c' : (this.at?.exercise.language ?? 'assembly'));
  readonly shown = $derived(this.at !== null && this.open && mode.current === 'lesson');
  /** Hints that still say something of what was tried last. */
  readonly telling = $derived.by((): readonly string[] => {
    const hints = this.result?.hints ?? this.at?.exercise.hints ?? [];
    const last = this.way === 'c' ? this.at?.exercise.c?.hint : undefined;
    return last === undefined ? hints : [...hints.slice(0, -1), last];
  });
  /** A solution, once it may be seen. */
  readonly solved = $derived(this.result?.solution ?? this.solution);

  /** Takes an exercise that has come on show; null when there is none. */
  take(at: Place | null): void {
    const { at: before } = this;
    if (at !== null && before !== null && at.lesson === before.lesson && at.page === before.page) {
      this.at = at;
      return;
    }
    this.#rested.stop();
    this.at = at;
    [this.result, this.solution, this.hints, this.open, this.checking] = [null, null, 0, true, false];
    if (at === null) return;
    if (at.exercise.c !== undefined) void this.#lookForCompiler(() => connection.host?.c?.compiler());
    this.#begin();
  }
  /** Chooses how it is solved: for this exercise and the next ones. */
  choose(way: Way): void {
    if (way === this.way) return;
    this.#rested.stop();
    this.#way.value = way;
    this.result = null;
    this.#begin();
  }
  /** The text was typed. */
  change(text: string): void {
    if (text === this.text) return;
    this.text = text;
    memory.keepText(this.#name, text === this.#start ? null : text);
    this.#later(REST);
  }
  /** Pieces were chosen, or moved. */
  arrange(chosen: readonly Piece[]): void {
    this.chosen = chosen;
    memory.keepText(this.#name, chosen.length === 0 ? null : keepablePieces(chosen));
    this.#later(REST);
  }
  startOver(): void {
    const own = memory.text(this.#name);
    if (own !== null) {
      this.before = own;
      memory.keepText(beforeName(this.#name), own);
    }
    memory.keepText(this.#name, null);
    this.result = null;
    this.#begin();
  }
  /** Brings back what stood there before. */
  bringBack(): void {
    if (this.before === null) return;
    memory.keepText(this.#name, this.before);
    memory.keepText(beforeName(this.#name), null);
    this.#begin();
  }
  /** Verifies what is there at once. */
  now(): void {
    this.#later(0);
  }
  /** Has it checked, and shows in the instruments what was tried. */
  async check(): Promise<void> {
    const { at } = this;
    const { engine } = connection;
    if (at === null || engine === null || this.checking || this.onlyRead) return;
    this.checking = true;
    const same = (): boolean => this.at?.lesson === at.lesson && this.at.page === at.page;
    try {
      const attempt = await this.#attempt();
      if (!same()) return;
      if (attempt instanceof NotCompiled) {
        this.result = { ok: false, words: attempt.text, line: attempt.line };
        return;
      }
      const answer = await engine.checkExercise(at.lesson, at.page, attempt);
      if (answer.ok) reader.done(at.page, at.lesson);
      if (!same()) return;
      this.result = answer;
      await sessions.followCheck(answer);
    } catch (error) {
      if (same()) this.result = { ok: false, words: words(error) };
    } finally {
      if (same()) this.checking = false;
    }
  }
  /** Shows one hint more. */
  hint(): void {
    this.hints++;
    if (this.at !== null) keepHelp(this.at.lesson, this.at.page, this.hints, false);
  }
  async giveUp(): Promise<void> {
    const { at } = this;
    if (at === null) return;
    try {
      this.solution = (await connection.engine?.solution(at.lesson, at.page)) ?? null;
      keepHelp(at.lesson, at.page, this.hints, true);
    } catch (error) {
      this.result = { ok: false, words: words(error) };
    }
  }
  /** Another compiler is to be used: the person chooses one, or the host looks for one. */
  async chooseCompiler(how: 'choose' | 'any'): Promise<void> {
    await this.#lookForCompiler(() => connection.host?.c?.[how]());
    this.now();
  }

  get #start(): string {
    const { exercise } = this.at!;
    return (this.way === 'c' ? (exercise.c?.start ?? '') : exercise.start).replace(/\n$/, '');
  }
  get #name(): string {
    return exerciseName(this.at!.lesson, this.at!.page, this.way);
  }
  // What was written before, in the way that is on show.
  #begin(): void {
    const kept = memory.text(this.#name);
    if (this.way === 'pieces') {
      const all = this.at?.exercise.pieces ?? [];
      this.chosen = (keptTexts(kept) ?? []).flatMap((c) => all.find((piece) => piece.c === c) ?? []);
    } else this.text = kept ?? this.#start;
    this.before = memory.text(beforeName(this.#name));
    [this.trial, this.diagnostics] = [null, []];
    this.put++;
    this.#later(0);
  }
  async #lookForCompiler(ask: () => Promise<CompilerInfo> | undefined): Promise<void> {
    try {
      this.compiler = (await ask()) ?? null;
    } catch (error) {
      this.compiler = { name: '', problem: words(error), chosen: '' };
    }
    if (this.at !== null && this.way === 'c') this.now();
  }
  #later(wait: number): void {
    this.#rested.stop();
    if (this.onlyRead || (this.way === 'pieces' && this.chosen.length === 0)) {
      this.trial = null;
      return;
    }
    this.#rested.later(wait, (signal, current) => this.#verify(signal, current));
  }
  async #verify(signal: AbortSignal, current: () => boolean): Promise<void> {
    const { at } = this;
    const { engine } = connection;
    if (engine === null || at === null) return;
    try {
      const attempt = await this.#attempt();
      if (!current()) return;
      const trial =
        attempt instanceof NotCompiled
          ? { problem: { line: attempt.line, text: attempt.text } }
          : await engine.tryExercise(at.lesson, at.page, attempt, { signal });
      if (current()) this.trial = trial;
    } catch (error) {
      // What was cancelled by the next key is nobody's business.
      if (current()) this.trial = { problem: { line: 0, text: words(error) } };
    }
  }
  // What is there as an attempt; C is compiled once a text.
  async #attempt(): Promise<Attempt | NotCompiled> {
    if (this.way === 'pieces') {
      const braces = closed(this.chosen.map(({ c }) => c));
      return braces ? piecesText(this.chosen) : new NotCompiled(0, say.lesson.pieces.braces);
    }
    const { text } = this;
    const file = this.at?.exercise.c?.file;
    if (this.way !== 'c' || file === undefined) return text;
    if (this.#compiled?.text === text) return this.#compiled.attempt;
    const { object, diagnostics, words: said } = await connection.host!.c!.compile(file, text);
    if (this.text === text) this.diagnostics = diagnostics;
    if (object === undefined) {
      const error = diagnostics.find(({ kind }) => kind === 'error');
      return error === undefined
        ? new NotCompiled(0, said)
        : new NotCompiled(error.file === '' ? error.line : 0, error.text);
    }
    const attempt = { source: { name: file, bytes: encodeUtf8(text) }, object };
    this.#compiled = { text, attempt };
    return attempt;
  }
}

export const desk = new Desk();
