import { SLEEPABLE_SECTIONS } from '../../../kernel/rules/offered.ts';
import type { NoSleep } from '../../../verifier/rejection.ts';
import type { Build } from './scene.ts';
import { calleeOf, lastLine } from './scene.ts';
import { capital, code } from './text.ts';

// Words for iterators, references and the sections that a program opens and closes.

const leakedIterator: Build<'unreleased-reference'> = (r, s) => {
  const { ids } = r.details;
  const it = s.iterator;
  const name = it === null ? 'an iterator' : code(it.name);
  const named = it?.named === true;
  const destroy = code(`bpf_iter_${it?.type ?? 'num'}_destroy${named ? `(&${it.name})` : ''}`);
  const lost = it?.past === 'overwritten';
  const others = ids.length - 1;
  const end = lost
    ? `the program ends at ${s.place}, and nobody can destroy ${name} any more: its place on the stack was overwritten at ${it.at}.`
    : `the program ends at ${s.place}, and ${name} is still alive${others === 0 ? '' : `, and so ${others === 1 ? 'is one more' : `are ${others} more`}`}.`;
  return {
    title: lost ? 'It overwrites an iterator that is still alive' : 'It leaves with the iterator still alive',
    what: capital(s.way === '' ? end : `${s.way}, ${end}`),
    rule: 'Every iterator that was constructed must be destroyed on every way out, also when the constructor failed or next gave nothing.',
    todo: lost
      ? `Keep everything else away from the place where ${name} lives, from its constructor to its ${destroy}.`
      : `Call ${destroy} on this way out too, before the program ends.`,
    error: `exit with reference ${ids[0]!} still held`,
  };
};

const leakedObject: Build<'unreleased-reference'> = (r, s) => {
  const end = `the program ends at ${s.place} and still holds what it took${s.producedBy === undefined ? '' : ` with ${code(s.producedBy)}`}.`;
  return {
    title: 'It leaves without giving back what it took',
    what: capital(s.way === '' ? end : `${s.way}, ${end}`),
    rule: 'A function that acquires hands over a reference, and each reference must be given back exactly once on every way out.',
    todo: 'Release it on this way out too, before the program ends.',
    error: `exit with reference ${r.details.ids[0]!} still held`,
  };
};

export const leak: Build<'unreleased-reference'> = (r, s) =>
  s.iterator === null && s.producedBy !== undefined ? leakedObject(r, s) : leakedIterator(r, s);

export const notConstructed: Build<'uninitialized-iterator'> = (r, s) => {
  const destroys = s.method === 'destroy';
  const callee = calleeOf(s, 'the call');
  const name = s.iterator?.name ?? s.subject;
  const { type, place } = r.details;
  const past = s.iterator?.past ?? 'never';
  const kind = s.iterator?.type ?? '';
  const offset =
    place === 'variable'
      ? 'and where it points is not one known place.'
      : place === 'impossible'
        ? `and it points to ${s.value}, where no iterator can lie.`
        : null;
  const other = past === 'alive' && kind !== '' && kind !== type;
  const what = other
    ? `At ${s.place}, ${callee} is handed ${code(name)}, but what lives there is an iterator of another kind, \`${kind}\`.`
    : offset !== null
      ? `At ${s.place}, ${callee} is handed ${s.reg} as its iterator, ${offset}`
      : past === 'alive'
        ? `At ${s.place}, ${callee} is handed a pointer that does not point at a whole iterator.`
        : past === 'destroyed'
          ? `At ${s.place}, ${callee} is handed ${code(name)}, which was already destroyed at ${s.iterator?.at ?? ''}.`
          : past === 'overwritten'
            ? `At ${s.place}, ${callee} is handed ${code(name)}, but the iterator there is gone: its place was overwritten at ${s.iterator?.at ?? ''}.`
            : `At ${s.place}, ${callee} is handed ${code(name)}, and on this path no iterator was constructed there.`;
  const todo =
    offset !== null || (past === 'alive' && !other)
      ? 'Hand over the address of the iterator itself, as it was given to its constructor.'
      : past === 'destroyed'
        ? destroys
          ? 'Destroy it once: let every path come through one of the two calls, not through both.'
          : `Use it before it is destroyed, or construct it again with \`bpf_iter_${type}_new\`.`
        : past === 'overwritten'
          ? 'Keep other data off the iterator’s place while it lives.'
          : other
            ? 'Call the methods of the kind that was constructed.'
            : destroys
              ? `Construct it with \`bpf_iter_${type}_new\` on every path that comes here, or do not come here without it.`
              : `Call \`bpf_iter_${type}_new\` first, on every path that comes here.`;
  return {
    title: other
      ? 'It takes one kind of iterator for another'
      : destroys
        ? 'It destroys what is not there'
        : 'It uses an iterator that is not there',
    what,
    rule: 'An iterator is constructed once, used, and destroyed once. Its state lives on the stack, and only its own functions may touch it.',
    todo,
    error: `no live iterator to give to ${s.callee ?? 'the call'}`,
  };
};

export const alreadyConstructed: Build<'iterator-already-initialized'> = (r, s) => {
  const callee = calleeOf(s, 'the constructor');
  const rule = 'A constructor needs free stack of its own: whole 8-byte slots, at a place that is known.';
  if (r.details.place === 'variable')
    return {
      title: 'It constructs an iterator at an unknown place',
      what: `At ${s.place}, ${callee} is handed ${s.reg}, and it points ${s.value}.`,
      rule,
      todo: 'Give each iterator a variable of its own, and hand over its address.',
      error: `${s.callee ?? 'the constructor'} at an unknown place`,
    };
  if (r.details.place === 'impossible')
    return {
      title: 'It constructs an iterator where none can lie',
      what: `At ${s.place}, ${callee} is handed ${s.reg}, which points at ${s.value}: the iterator would not lie in whole slots of this stack.`,
      rule,
      todo: 'Place it at a multiple of 8 bytes below the frame pointer, with room for all of it.',
      error: `${s.callee ?? 'the constructor'} at ${s.value}`,
    };
  const name = s.iterator?.name ?? s.subject;
  return {
    title: 'It constructs an iterator on top of another',
    what: `At ${s.place}, ${callee} is to construct ${code(name)}, and an iterator lives there already${s.iterator !== null && s.iterator.at !== '' ? `, since ${s.iterator.at}` : ''}.`,
    rule,
    todo: 'Destroy the first one before its place is used again, or give the second one a place of its own.',
    error: `${s.callee ?? 'the constructor'} finds its place taken`,
  };
};

export const notOnStack: Build = (_r, s) => ({
  title: 'The iterator is not on the stack',
  what: `At ${s.place}, ${calleeOf(s)} is handed ${s.value} in ${s.reg} instead of an iterator’s address.`,
  rule: 'The state of an open-coded iterator lives on the program’s own stack: there the verifier can follow it.',
  todo: 'Declare the iterator as a local variable, and hand over its address.',
  error: `${s.callee ?? 'the call'} needs a place on the stack`,
});

export const iteratorNeedsRcu: Build = (_r, s) => ({
  title: 'The iterator outlived its RCU read section',
  what: `At ${s.place}, ${calleeOf(s)} uses ${code(s.iterator?.name ?? s.subject)}, but the read section in which it was constructed has ended.`,
  rule: 'What such an iterator stands on is protected only while the read section lasts.',
  todo: 'Construct, use and destroy it between one `bpf_rcu_read_lock()` and its `bpf_rcu_read_unlock()`.',
  error: 'its read section has ended',
});

export const cssTask: Build = (_r, s) => ({
  title: 'This kind of program may not walk a cgroup’s tasks',
  what: `At ${s.place}, ${calleeOf(s)} is called from a program of type \`${s.progType}\`.`,
  rule: 'The iterator takes a lock that only LSM programs, iterator programs and sleepable programs may take.',
  todo: `Walk the tasks in an iterator program (\`SEC("iter/cgroup")\`), an LSM program, or a sleepable one (${SLEEPABLE_SECTIONS.map((name) => code(`SEC("${name}")`)).join(', ')}).`,
  error: 'not allowed in this type of program',
});

export const needsRcu: Build = (_r, s) => ({
  title: 'It needs an RCU read section',
  what: `At ${s.place}, ${calleeOf(s)} works on data that may be freed at any time, and this program can sleep: nothing keeps the data alive here.`,
  rule: 'A program that may sleep is not in a read section unless it says so; other programs always are.',
  todo: `Call \`bpf_rcu_read_lock()\` before it, and \`bpf_rcu_read_unlock()\` when all of its iteration is over, on every way out.`,
  error: 'no RCU read section here',
});

export const openRcu: Build = (_r, s) => ({
  title: 'It leaves inside an RCU read section',
  what: `${s.way === '' ? 'T' : `${capital(s.way)}, t`}he program ends at ${s.place}, and the read section that it opened is still open.`,
  rule: 'Every `bpf_rcu_read_lock()` needs its `bpf_rcu_read_unlock()` on every way out.',
  todo: 'Call `bpf_rcu_read_unlock()` on this way out too.',
  error: 'the read section is still open',
});

export const unmatchedUnlock: Build = (_r, s) => ({
  title: 'It closes a read section that is not open',
  what: `At ${s.place}, \`bpf_rcu_read_unlock\` is called, and on this path no read section is open.`,
  rule: 'Each unlock closes the section of one lock before it on the same path.',
  todo: 'Call `bpf_rcu_read_lock()` before it on every path that comes here, or drop this call.',
  error: 'no read section is open',
});

export const nestedLock: Build = (_r, s) => ({
  title: 'It opens a read section inside another',
  what: `At ${s.place}, \`bpf_rcu_read_lock\` is called, and a read section is already open.`,
  rule: 'Read sections do not nest: one is enough.',
  todo: 'Drop the inner lock and its unlock.',
  error: 'a read section is already open',
});

export const preemption: Build = (r, s) =>
  r.kind === 'unmatched-preempt-enable'
    ? {
        title: 'It enables preemption that is not disabled',
        what: `At ${s.place}, \`bpf_preempt_enable\` is called, and on this path preemption is not disabled.`,
        rule: 'Each enable belongs to one disable before it on the same path.',
        todo: 'Call `bpf_preempt_disable()` before it on every path that comes here, or drop this call.',
        error: 'preemption is not disabled here',
      }
    : {
        title: 'It leaves with preemption disabled',
        what: `${s.way === '' ? 'T' : `${capital(s.way)}, t`}he program ends at ${s.place}, and preemption is still disabled.`,
        rule: 'Every `bpf_preempt_disable()` needs its `bpf_preempt_enable()` on every way out.',
        todo: 'Call `bpf_preempt_enable()` on this way out too.',
        error: 'preemption is still disabled',
      };

export const sleeps: Build<'sleepable-helper' | 'sleepable-kfunc'> = (r, s) => {
  const { within } = r.details;
  const base = `At ${s.place}, ${calleeOf(s)} may have to wait for something`;
  if (within !== 'program') {
    const section = SECTIONS[within];
    return {
      title: 'It may sleep where it must not',
      what: `${base}, and on this path ${section.open}: there nothing may wait, whatever the program’s type.`,
      rule: 'Nothing may sleep while preemption or interrupts are disabled, or inside an RCU read section.',
      todo: `Call it before ${code(section.opener)} or after ${code(section.closer)}.`,
      error: section.open,
    };
  }
  const again = s.sleepableSection;
  const other = NOT_WAITING[s.callee ?? ''];
  const instead = other === undefined ? '' : ` Where it need not wait, ${code(other)} does without: it fails instead.`;
  return {
    title: 'It may sleep where it must not',
    what: s.sleepable
      ? `${base}, and this function is called where nothing may wait: from a callback that runs later, by itself.`
      : `${base}, and this program (type \`${s.progType}\`, section \`${s.section}\`) must not wait.`,
    rule: 'Only sleepable programs may call it, outside of read sections and of what runs with preemption or interrupts disabled.',
    todo: s.sleepable
      ? `Do that in the program itself.${instead}`
      : again !== null
        ? `Make the program sleepable: \`SEC("${again}")\`.${instead}`
        : `Programs of this type can never sleep: do it in one that can (${SLEEPABLE_SECTIONS.map((name) => code(`SEC("${name}")`)).join(', ')}).${instead}`,
    error: 'the program is not sleepable',
  };
};

/** Sections in which nothing may wait. */
const SECTIONS: Readonly<
  Record<Exclude<NoSleep, 'program'>, { readonly open: string; readonly opener: string; readonly closer: string }>
> = {
  rcu: { open: 'an RCU read section is open', opener: 'bpf_rcu_read_lock()', closer: 'bpf_rcu_read_unlock()' },
  preempt: { open: 'preemption is disabled', opener: 'bpf_preempt_disable()', closer: 'bpf_preempt_enable()' },
  irq: { open: 'interrupts are disabled', opener: 'bpf_local_irq_save()', closer: 'bpf_local_irq_restore()' },
};

/** What reads the same without waiting. */
const NOT_WAITING: Readonly<Record<string, string>> = {
  bpf_copy_from_user: 'bpf_probe_read_user',
  bpf_copy_from_user_str: 'bpf_probe_read_user_str',
};

export const notReferenced: Build = (_r, s) => ({
  title: 'It gives back what it does not hold',
  what: `At ${s.place}, ${calleeOf(s)} is to release what ${s.reg} points at, and ${s.reg} holds no reference: it is ${s.value}.`,
  rule: 'Each reference is released once. The first release makes all pointers to the object useless.',
  todo: 'Hand over the pointer that the acquiring function returned, once, on every path.',
  error: lastLine(_r),
});

export const interruptOrder: Build = (r, s) => ({
  title: 'It restores interrupts in the wrong order',
  what: `At ${s.place}, ${calleeOf(s)} is to restore a state of the interrupts that was not the last one saved.`,
  rule: 'What was saved last is restored first, as with brackets.',
  todo: 'Call the restores in the opposite order of their saves.',
  error: lastLine(r),
});

export const interruptsDisabled: Build = (r, s) => ({
  title: 'It leaves with interrupts disabled',
  what: `${s.way === '' ? 'A' : `${capital(s.way)}, a`}t ${s.place}, interrupts are still disabled.`,
  rule: 'Every `bpf_local_irq_save()` needs its `bpf_local_irq_restore()` on every way out, before anything that may wait.',
  todo: 'Restore them on this way too.',
  error: lastLine(r),
});
