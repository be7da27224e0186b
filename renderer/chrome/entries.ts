import { EXPORTERS } from '../../core/trace/export/index.ts';
import { OPEN_WORDS } from '../exploration/known.ts';
import type { Known, KnownEntry } from '../exploration/known.ts';
import type { InstrumentEntry, InstrumentId } from '../exploration/instrument-list.ts';
import { baseName } from '../format.ts';
import { headOf } from '../state/head.ts';
import type { WindowState } from '../state/index.ts';
import { say, speak } from '../words/index.ts';
import { LANGUAGES } from '../words/languages.ts';

/** One thing the palette can do or show. */
export interface Entry {
  readonly id: string;
  /** Kind, as the dim word at the right. */
  readonly kind: string;
  readonly text: string;
  readonly keys?: string;
  /** Its text is code. */
  readonly code?: true;
  readonly run: () => void;
}
/** What the palette lists beyond the session's own things. */
export interface EntrySources {
  readonly instruments: readonly (Pick<InstrumentEntry, 'title' | 'keys'> & { readonly id: InstrumentId })[];
  readonly known: Pick<Known, 'entry'>;
  readonly samples: readonly { readonly file: string; readonly title: string }[];
  readonly lessons: readonly {
    readonly id: string;
    readonly number: string;
    readonly title: string;
    readonly pack?: { readonly title: string };
  }[];
  readonly actions: {
    terminal(): void;
    keys(): void;
    find(): void;
    findStep(): void;
    theme(): void;
    globals(): void;
    reference(): void;
    laboratory(): void;
    workbench(): void;
    resume(): void;
    resetLayout(): void;
  };
}

/** Everything that can be found: commands, this program's instructions and registers, sessions, samples, lessons. */
export function entriesOf(state: WindowState, sources: EntrySources): readonly Entry[] {
  const { actions } = sources;
  const head = headOf(state);
  const command = (text: string, run: () => void, keys?: string): Entry => ({
    id: `command:${text}`,
    kind: say.chrome.entries.command,
    text,
    run,
    ...(keys === undefined ? {} : { keys }),
  });
  const list: Entry[] = [
    command(say.chrome.entries.openFiles, () => void state.sessions.pick(), say.shared.keys.openFiles),
    command(say.chrome.entries.openWorld, () => void state.sessions.pick()),
    ...(state.surroundings.world?.own === true || state.onShow.info?.world.own === true
      ? [command(say.chrome.entries.backToTheDefaultWorld, () => void state.surroundings.leaveWorld())]
      : []),
    command(say.chrome.entries.reference, () => actions.reference()),
    command(say.chrome.entries.laboratory, () => actions.laboratory()),
    ...(state.surroundings.model?.description == null
      ? []
      : [command(say.chrome.entries.back(state.surroundings.model.base), () => void state.surroundings.leaveModel())]),
    command(
      head.playing ? say.chrome.entries.pause : say.chrome.entries.play,
      () => head.toggle(),
      say.shared.keys.space,
    ),
    command(say.chrome.entries.nextEvent, () => void head.event(1), say.shared.keys.shiftRight),
    command(say.chrome.entries.previousEvent, () => void head.event(-1), say.shared.keys.shiftLeft),
    command(say.chrome.entries.firstStep, () => head.first(), say.shared.keys.home),
    command(say.chrome.entries.lastStep, () => head.last(), say.shared.keys.end),
    command(say.chrome.entries.forkUnderThePlayhead, () => state.selection.selectForkHere(), 'F'),
    ...sources.instruments.map(({ id, title, keys }) =>
      command(say.chrome.entries.show(title), () => (state.mode.tab = id), keys),
    ),
    command(state.mode.tree ? say.chrome.entries.asTimeline : say.chrome.entries.asTree, () => {
      state.mode.shape(state.mode.tree ? 'time' : 'tree');
      state.mode.tab = 'exploration';
    }),
    command(state.mode.rounds ? say.chrome.entries.asTimeline : say.chrome.entries.asRounds, () => {
      state.mode.shape(state.mode.rounds ? 'time' : 'rounds');
      state.mode.tab = 'exploration';
    }),
    command(say.chrome.entries.explainTheRejection, () => state.sessions.explain(), 'E'),
    command(say.chrome.entries.workbench, () => actions.workbench(), 'W'),
    command(say.chrome.entries.resume, () => actions.resume(), 'L'),
    ...(state.onShow.info === null
      ? []
      : [
          command(
            say.chrome.entries.close(state.onShow.info.program),
            () => void state.sessions.close(state.onShow.info?.id ?? -1),
          ),
        ]),
    command(say.chrome.entries.setGlobalsBeforeLoading, () => actions.globals()),
    command(say.chrome.entries.searchTheWalk, () => actions.findStep(), '/'),
    command(say.chrome.entries.searchListing, () => actions.find()),
    command(say.chrome.entries.differenceFrom, () => state.difference.setFrom(), 'D'),
    command(say.chrome.entries.pathsIterators, () => (state.shownPaths.kind = 'iterators')),
    command(say.chrome.entries.pathsAll, () => state.shownPaths.clear()),
    command(say.chrome.entries.markThisStep, () => void state.marks.here(), 'M'),
    command(say.chrome.entries.marks, () => state.marks.toggle(), "'"),
    command(say.chrome.entries.nextMark, () => state.marks.jump(1), ']'),
    command(say.chrome.entries.previousMark, () => state.marks.jump(-1), '['),
    command(say.chrome.entries.terminal, () => actions.terminal(), say.shared.keys.terminal),
    command(say.chrome.entries.lessons, () => (state.mode.current = 'lesson')),
    command(say.chrome.entries.sandbox, () => (state.mode.current = 'sandbox')),
    command(say.chrome.entries.traces, () => (state.mode.current = 'traces')),
    command(say.lesson.summary.title, () => (state.mode.current = 'summary')),
    ...EXPORTERS.map(({ id, title }) => command(title, () => void state.sessions.export(id))),
    command(state.mode.projector ? say.chrome.entries.leaveTheProjector : say.chrome.entries.projector, () =>
      state.mode.project(),
    ),
    command(say.chrome.entries.lightOrDark, () => actions.theme()),
    command(say.chrome.entries.resetTheLayout, () => actions.resetLayout()),
    command(say.chrome.entries.keys, () => actions.keys(), '?'),
    ...(LANGUAGES.length > 1
      ? LANGUAGES.map(({ tag, name }) => command(say.chrome.entries.language(name), () => speak(tag)))
      : []),
  ];
  for (const { step, name } of state.marks.shown)
    list.push({
      id: `mark:${step}`,
      kind: say.chrome.entries.mark,
      text: name === '' ? say.chrome.entries.step(step) : say.chrome.entries.named(name, step),
      run: () => state.playhead.goTo(step),
    });
  for (const { session, program, file, accepted, open } of state.sessions.list.map<KnownEntry>(sources.known.entry))
    list.push({
      id: `session:${session}`,
      kind: say.chrome.entries.program(
        open
          ? OPEN_WORDS
          : accepted === true
            ? say.chrome.entries.accepted
            : accepted === false
              ? say.chrome.entries.rejected
              : say.chrome.entries.notCovered,
      ),
      text: `${program} · ${file}`,
      run: () => {
        state.mode.leavePage();
        void state.sessions.show(session);
      },
    });
  for (const name of state.recent.list)
    list.push({
      id: `recent:${name}`,
      kind: say.chrome.entries.recentFile,
      text: say.chrome.entries.openAgain(baseName(name)),
      run: () => void state.recent.open(name),
    });
  for (const { id, number, title, pack } of sources.lessons)
    list.push({
      id: `lesson:${id}`,
      kind: say.chrome.entries.lesson,
      text: pack === undefined ? `${number} ${title}` : `${number} ${title} · ${pack.title}`,
      run: () => state.mode.openLesson(id),
    });
  for (const { file, title } of sources.samples)
    list.push({
      id: `sample:${file}:${title}`,
      kind: say.chrome.entries.sample,
      text: `${title} · ${file}`,
      run: () => void state.sessions.openSample(file, title),
    });
  for (const insn of state.onShow.info?.insns ?? [])
    if (insn.text !== '')
      list.push({
        id: `insn:${insn.index}`,
        kind: say.chrome.entries.instruction,
        code: true,
        text: `${insn.index}: ${insn.text}`,
        run: () => state.selection.selectInsn(insn.index),
      });
  for (const reg of state.playhead.view?.frames.at(-1)?.regs ?? [])
    list.push({
      id: `reg:${reg.name}`,
      kind: say.chrome.entries.register,
      code: true,
      text: `${reg.name}: ${reg.words}`,
      run: () => state.selection.selectReg(reg.name),
    });
  return list;
}

/** Entries in which every word of the query occurs; those that begin with it come first. At most `limit`. */
export function search(entries: readonly Entry[], query: string, limit = 60): readonly Entry[] {
  const needle = query.trim().toLowerCase();
  if (needle === '') return entries.slice(0, limit);
  const parts = needle.split(/\s+/);
  const found: { entry: Entry; rank: number }[] = [];
  for (const entry of entries) {
    const text = entry.text.toLowerCase();
    if (!parts.every((part) => text.includes(part))) continue;
    const at = text.indexOf(parts[0]!);
    const wordStart = at === 0 || /[\s:·(]/.test(text[at - 1] ?? ' ');
    found.push({ entry, rank: text.startsWith(needle) ? 0 : wordStart ? 1 : 2 });
  }
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, limit)
    .map(({ entry }) => entry);
}
