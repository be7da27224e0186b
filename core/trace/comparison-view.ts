import { NOT_INIT, SCALAR } from '../verifier/reg.ts';
import { regText } from './kernel-text.ts';
import type { ProgramText } from './program-text.ts';
import { slotWords } from './reg-words.ts';
import type { ComparisonRecord, Trace } from './trace.ts';
import { between } from './lineage.ts';
import type { StateIds } from './values.ts';
import type { ComparisonView } from './view.ts';
import { DIFFERENCE_WORDS } from './words/differences.ts';

const MODE_WORDS: Readonly<Record<ComparisonRecord['mode'], string>> = {
  'not-exact': 'what the stored state allowed must cover what is known now',
  exact: 'both states must be alike in everything',
  'range-within': 'every range now must lie inside the stored one',
};

/** The comparisons made at a step, newest stored state first as the verifier tried them. */
export function comparisonViews(trace: Trace, text: ProgramText, step: number): ComparisonView[] {
  const current = trace.cursor(step).ids();
  return between(trace.data.comparisons, step).map((record) => view(trace, text, record, current));
}

function view(trace: Trace, text: ProgramText, record: ComparisonRecord, current: StateIds): ComparisonView {
  const { values } = trace.data;
  const checkpoint = trace.checkpoint(record.checkpoint);
  const stored =
    record.stored !== 0
      ? values.getSnapshot(record.stored)
      : checkpoint === undefined
        ? { frames: [], refs: [] }
        : trace.cursor(checkpoint.step).ids();
  const rows: ComparisonView['rows'][number][] = [];
  const why = record.reason === null ? '' : DIFFERENCE_WORDS[record.reason];
  const frames = Math.max(stored.frames.length, current.frames.length);
  for (let f = 0; f < frames; f++) {
    const prefix = frames > 1 ? `frame ${f} ` : '';
    const a = stored.frames[f];
    const b = current.frames[f];
    const blocks = (reg: number | undefined, spi: number | undefined): boolean =>
      record.location !== null &&
      record.location.frame === f &&
      record.location.reg === reg &&
      record.location.spi === spi;
    for (let r = 0; r <= 10; r++) {
      const old = values.getReg(a?.regs[r] ?? 0);
      const now = values.getReg(b?.regs[r] ?? 0);
      const blocked = blocks(r, undefined);
      const oldSet = old !== null && old.type !== NOT_INIT;
      if (!blocked && !oldSet && (now === null || now.type === NOT_INIT)) continue;
      const oldText = oldSet ? regText(old, f, text.kernelBtf, text.object.btf) : '';
      const nowText = now !== null && now.type !== NOT_INIT ? regText(now, f, text.kernelBtf, text.object.btf) : '';
      const same = oldText === nowText;
      let note = '';
      if (blocked) note = why;
      else if (!oldSet) note = 'not used after the checkpoint';
      else if (!same && old.type === SCALAR && !old.precise && record.mode === 'not-exact')
        note = 'any number will do: nothing depended on it';
      else if (!same && record.equal)
        note = withoutIds(oldText) === withoutIds(nowText) ? 'the same under another number' : 'inside what was stored';
      rows.push({ name: `${prefix}r${r}`, stored: oldText || '–', current: nowText || '–', same, blocked, note });
    }
    const slots = Math.max(a?.slots.length ?? 0, b?.slots.length ?? 0);
    for (let spi = 0; spi < slots; spi++) {
      const oldId = a?.slots[spi] ?? 0;
      const nowId = b?.slots[spi] ?? 0;
      const blocked = blocks(undefined, spi);
      if (oldId === 0 && nowId === 0 && !blocked) continue;
      const oldText = slotWords(values.getSlot(oldId), f, text).kernel;
      const nowText = slotWords(values.getSlot(nowId), f, text).kernel;
      const same = oldText === nowText;
      const note = blocked
        ? why
        : oldId === 0
          ? 'not used after the checkpoint'
          : !same && record.equal
            ? oldText.startsWith('iter_')
              ? 'the same state: depth and reference numbers may differ'
              : 'inside what was stored'
            : '';
      rows.push({
        name: `${prefix}fp-${(spi + 1) * 8}`,
        stored: oldText || '–',
        current: nowText || '–',
        same,
        blocked,
        note,
      });
    }
  }
  const blocker = rows.find((row) => row.blocked)?.name;
  return {
    checkpoint: record.checkpoint,
    pc: record.pc,
    equal: record.equal,
    mode: MODE_WORDS[record.mode],
    verdict: record.equal
      ? 'covered: whatever could happen from here was already walked'
      : blocker === undefined
        ? `not covered: ${why}`
        : `not covered because of ${blocker}: ${why}`,
    rows,
  };
}

const withoutIds = (text: string): string => text.replace(/\b(id|ref_obj_id)=\d+(\+\d+)?,?/g, '');
