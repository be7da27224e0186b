import type { DefinitionParts, InputFile, ModelCheck } from '../../core/engine/protocol.ts';
import { draftOf, draftText, EMPTY, fieldName, isWithin, put, saysNothing, valueAt } from '../laboratory/draft.ts';
import type { Draft, Json, JsonObject, Path } from '../laboratory/draft.ts';
import { connection } from './connection.svelte.ts';
import { Latest } from './latest.ts';
import { memory } from './memory.ts';
import { mode } from './mode.svelte.ts';
import { notes } from './notes.svelte.ts';
import { problems, words } from './problems.svelte.ts';
import { surroundings } from './surroundings.svelte.ts';
import { say } from '../words/index.ts';

/** How long after the last key a draft is checked, milliseconds. */
const DELAY = 120;
const NOTHING: ModelCheck = { problems: [], iterators: [] };

/** A model of the kernel that is being written in the page **Laboratory**, and what the engine's check says of it. */
class Laboratory {
  draft = $state.raw<Draft>(EMPTY);
  /** Index of the iterator in the form. */
  selected = $state(0);
  /** A text of JSON that is no draft, as it was typed; null when there is none. */
  typed = $state.raw<string | null>(null);
  /** Why it is none. */
  typedError = $state('');
  check = $state.raw<ModelCheck>(NOTHING);
  /** The check is of the draft as it stands. */
  checked = $state(false);
  parts = $state.raw<DefinitionParts | null>(null);
  readonly description = $derived(draftText(this.draft));
  readonly refused = $derived(this.check.problems.filter(({ refused }) => refused).length);
  readonly empty = $derived(saysNothing(this.draft));
  /** Programs are opened by just this. */
  readonly inUse = $derived(surroundings.model !== null && surroundings.model.description === this.description);
  /** As far as the last check knows; what was typed since is checked before it is used. */
  readonly usable = $derived(this.typed === null && this.refused === 0 && !this.empty);
  /** What the check makes of the iterator in the form; undefined while something is wrong with it. */
  readonly made = $derived(this.check.iterators[this.selected]);
  #latest = new Latest();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #begun = false;

  /** Brings back what was being written, and asks for a check: when the page is shown, or another engine has come. */
  begin(): void {
    if (!this.#begun) {
      this.#begun = true;
      const kept = memory.text('laboratory');
      if (kept !== null && this.empty) this.type(kept);
    }
    const { engine } = connection;
    engine?.definitionParts().then(
      (parts) => (this.parts = parts),
      () => {},
    );
    this.#check();
  }

  /** The value of a field of the iterator in the form. */
  value(path: Path): Json | undefined {
    return valueAt(this.draft.iterators[this.selected], path);
  }
  set(path: Path, value: Json | undefined): void {
    this.#change(put(this.draft, ['iterators', this.selected, ...path], value) as Draft);
  }
  /** What is wrong with a field of the iterator in the form, or of what lies within it. */
  problems(path: Path, within: boolean): ModelCheck['problems'] {
    const name = fieldName(['iterators', this.selected, ...path]);
    return this.check.problems.filter(({ field }) => (within ? isWithin(field, name) : field === name));
  }

  get rulesOff(): readonly Json[] {
    const off = this.draft['rulesOff'];
    return Array.isArray(off) ? off : [];
  }
  /** Whether the verifier keeps a rule. */
  keepRule(id: string, kept: boolean): void {
    const off = [...this.rulesOff.filter((one) => one !== id), ...(kept ? [] : [id])];
    const { rulesOff: _before, ...more } = this.draft;
    this.#change({ ...more, ...(off.length === 0 ? {} : { rulesOff: off }), iterators: this.draft.iterators });
  }
  add(definition: JsonObject): void {
    const names = new Set(this.draft.iterators.map(({ name }) => name));
    const base = String(definition['name']);
    let name = base;
    for (let i = 2; names.has(name); i++) name = `${base}_${i}`;
    this.selected = this.draft.iterators.length;
    this.#change({ ...this.draft, iterators: [...this.draft.iterators, { ...definition, name }] });
  }
  remove(index: number): void {
    const iterators = this.draft.iterators.filter((_, i) => i !== index);
    this.selected = Math.max(0, Math.min(this.selected, iterators.length - 1));
    this.#change({ ...this.draft, iterators });
  }
  clear(): void {
    this.selected = 0;
    this.typed = null;
    this.#change(EMPTY);
  }

  /** Takes JSON as it is typed. What is no draft stays as text, and the form waits. */
  type(text: string): void {
    try {
      const draft = draftOf(text);
      this.typed = null;
      this.typedError = '';
      this.selected = Math.max(0, Math.min(this.selected, draft.iterators.length - 1));
      this.#change(draft);
    } catch (error) {
      this.typed = text;
      this.typedError = words(error);
    }
  }
  /** Files of models that were opened: into the form where that is on show, else offered. */
  offer(files: readonly InputFile[]): void {
    const [file] = files;
    if (file === undefined) return;
    if (mode.current === 'laboratory') return this.load(file);
    const more = files.length - 1;
    notes.tell(more === 0 ? say.state.laboratory.offer(file.name) : say.state.laboratory.offerMore(file.name, more), {
      label: say.state.laboratory.openInTheLaboratory,
      run: () => {
        notes.close();
        this.load(file);
        mode.current = 'laboratory';
      },
    });
  }
  load(file: InputFile): void {
    this.#begun = true;
    this.selected = 0;
    this.type(new TextDecoder().decode(file.bytes));
  }
  /** Opens programs with it from now on, unless the check refuses it. */
  async use(): Promise<boolean> {
    const { engine } = connection;
    if (engine === null) return false;
    const { description } = this;
    try {
      this.#take(description, await engine.checkModel(description));
      if (this.refused > 0) return false;
      await surroundings.useModel(description);
      return true;
    } catch (error) {
      problems.add(words(error));
      return false;
    }
  }
  file(): InputFile {
    const name = this.draft.iterators[0]?.['name'];
    const title = typeof name === 'string' && name !== '' ? name : 'model';
    return { name: `${title}.json`, bytes: new TextEncoder().encode(`${this.description}\n`) };
  }

  #change(draft: Draft): void {
    this.draft = draft;
    this.checked = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      memory.keepText('laboratory', this.empty ? null : this.description);
      this.#check();
    }, DELAY);
  }
  #take(description: string, check: ModelCheck): void {
    this.check = check;
    this.checked = description === this.description;
  }
  #check(): void {
    const { engine } = connection;
    if (engine === null) return;
    const { description } = this;
    this.#latest.ask(
      () => engine.checkModel(description),
      (check) => this.#take(description, check),
      (error) => problems.add(words(error)),
    );
  }
}

export const laboratory = new Laboratory();
