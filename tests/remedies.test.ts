import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadObject } from '../core/elf/load.ts';
import { shippedBtf, SHIPPED_KERNEL } from '../core/kernel/btf/shipped.ts';
import { ProgramText, TraceRecorder, TraceView } from '../core/trace/index.ts';
import { verify } from '../core/verifier/index.ts';
import { REJECTION_KINDS } from '../core/verifier/rejection.ts';
import type { RejectionKind } from '../core/verifier/rejection.ts';
import { goldenNames, parseGolden } from '../oracle/golden-file.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';

// `tests/golden/remedies/` and `tests/remedies/`: a rejected program NAME, the same with its explanation's advice applied (NAME_mended), and where something looks
// like a remedy and is none, that too (NAME_refused). What the kernel says of all of them is recorded; that the model says the same of each,
// to the letter of its log, is the goldens' own test.

const golden = fileURLToPath(new URL('golden', import.meta.url));
const limits = fileURLToPath(new URL('remedies', import.meta.url));
const asset = fileURLToPath(new URL(`../core/kernel/btf/${SHIPPED_KERNEL.asset}`, import.meta.url));
const kernel = linux618(shippedBtf(new Uint8Array(readFileSync(asset))));

interface Judged {
  readonly name: string;
  readonly kernel: number;
  readonly model: number | null;
  readonly kind: RejectionKind | null;
  readonly todo: string;
  /** Everything that is said: what happens, the rule, what to do. */
  readonly said: string;
}

/** An object with what the kernel said of each of its programs. */
interface Corpus {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly verdicts: ReadonlyMap<string, number>;
}

const read = (path: string): Uint8Array => new Uint8Array(readFileSync(path));

const corpora: readonly Corpus[] = [
  ...goldenNames(golden)
    .filter((name) => name.startsWith('remedies/'))
    .map((name) => {
      const { goldens } = parseGolden(readFileSync(join(golden, `${name}.log`), 'utf8'));
      const path = join(golden, `${name}.bpf.o`);
      return {
        file: basename(path),
        bytes: read(path),
        verdicts: new Map(goldens.map(({ prog, errno }) => [prog, errno])),
      };
    }),
  // Those that run into limits: verdicts alone (oracle/remedies.ts).
  ...readdirSync(limits)
    .filter((name) => name.endsWith('.verdicts.txt'))
    .map((name) => {
      const path = join(limits, name.replace('.verdicts.txt', '.bpf.o'));
      const lines = readFileSync(join(limits, name), 'utf8').trim().split('\n');
      const verdicts = new Map(lines.map((line) => [line.split(' ')[0]!, Number(line.split(' ')[1])]));
      return { file: basename(path), bytes: read(path), verdicts };
    }),
];

const judged = corpora.flatMap(({ file, bytes, verdicts }): Judged[] => {
  const object = loadObject(bytes, { file, ...kernel.loading });
  return object.programs.map((program) => {
    const recorder = new TraceRecorder(object.maps);
    const result = verify({ program, object, kernel }, { logLevel: 0, sink: recorder });
    const trace = recorder.finish(result, result.rejection ?? null);
    const why = new TraceView(trace, new ProgramText(program, object, kernel)).why();
    return {
      name: program.name,
      kernel: verdicts.get(program.name) ?? NaN,
      model: result.errno,
      kind: result.rejection?.kind ?? null,
      todo: why?.todo ?? '',
      said: why === null ? '' : [why.title, ...why.words, why.todo].join('\n'),
    };
  });
});

const isVariant = (name: string): boolean => /_(mended|refused)$/.test(name);
const broken = judged.filter(({ name }) => !isVariant(name));

/** Kinds whose remedy is no change of the program's source, or of which no program of a corpus can be made; each with its reason. */
const SHAPE =
  'no source is written so: bytes that no compiler leaves, for which there is nothing to change in a program';
const WITHOUT: Partial<Record<RejectionKind, string>> = {
  'bad-size': SHAPE,
  'bad-call-target': SHAPE,
  'bad-ld-imm64': SHAPE,
  'unfilled-map': SHAPE,
  'bad-btf': SHAPE,
  'bad-kfunc': SHAPE,
  'jump-into-ld-imm64': SHAPE,
  'jump-out-of-range': SHAPE,
  'reserved-field': SHAPE,
  'runs-off-the-end': SHAPE,
  'unknown-opcode': SHAPE,
  'invalid-register': SHAPE,
  'too-many-subprograms': 'a program of 257 functions: less of them is the remedy',
  'no-arena': 'arenas are not covered: the remedy can not be judged',
  'map-refused': 'the map is what is wrong: tests/map-creation.test.ts has every rule and what the kernel takes',
  'bad-attach-target': 'the name in the section is what is wrong, and which are right differs from kernel to kernel',
  'helper-withheld': 'the machine is what is in the way, not the program',
  'gpl-only': 'the licence belongs to the whole object',
  'packet-range': 'kept for a state that 6.18 does not reach: its words are those of out-of-packet',
  'variable-stack-argument': 'kept for programs without privileges, which the app does not verify',
  'dynptr-not-on-stack': 'in C a dynptr’s address is its variable’s: only assembly hands over another place',
  'wrong-dynptr': 'a dynptr of the wrong kind holds no reference, and that is missed first: submits_memory shows it',
  'bad-global-function': 'its caller is refused first: global_returns_pointer shows it',
  'foreign-memory':
    'not every kernel tells the addresses of per-CPU variables: kernel-symbols/percpu was asked where one does',
  'unnamed-symbol': 'the kernel is what does not tell its symbols, not the program',
  'bad-callback-return': 'kept for callbacks of exceptions, which are not covered',
  'kernel-mistake': 'a mistake of the kernel: what avoids it differs from case to case',
};

describe('advice that is followed is accepted', () => {
  test.each(broken.map((one) => [one.name, one] as const))('%s', (name, one) => {
    expect(one.kernel, 'the program itself, as the kernel says').not.toBe(0);
    expect(one.model).toBe(one.kernel);
    expect(one.todo).not.toBe('');
    const mended = judged.find((other) => other.name === `${name}_mended`);
    expect(mended, 'the program with its remedy').toBeDefined();
    expect([mended!.kernel, mended!.model], 'the remedy, as kernel and model say').toEqual([0, 0]);
  });
});

/** The cause that has to be named, of programs after reports from the field; and what must not be said of them. */
const SAYS: readonly (readonly [name: string, says: RegExp, never?: RegExp])[] = [
  ['other_copy', /`last >= 0 && last < 16`\) was made on another copy of `last`, the one cut to 8 bits/, /takes away/],
  [
    'wrap',
    /line \d+ \(`i \+ 4 > sizeof\(table\)`\) is made on `i` with a constant added .* wraps round/,
    /nobody has checked/,
  ],
  ['sum', /speaks of the sum of `len` and `off`.* says nothing of either/s, /nobody has limited/],
  ['underflow', /`n - half` as a size.*difference of `n` and `half`.*below 0/s, /nobody has limited/],
  ['no_lower', /limits .* from above only, and compares signed numbers.*Check the result itself, `k`/s],
  ['read_again', /is read from memory again.*Read it once into a local variable/s],
  ['only_equality', /rules out single values only/],
  ['end_in_map', /depends on .*`s->depth`.* not tracked.*`bpf_for\(i, 0, limit\)`/s],
  ['counts', /`bpf_for_each_map_elem` calls back.*`n` is new in every round.*global variable/s, /look below/i],
  ['counts_in_iterator', /led by an iterator.*`a\.n` is new in every round/s, /bpf_for|fp-16/],
  ['many_ways', /There is no loop: at each of 24 places/, /bpf_for/],
  ['parents', /goes round a loop.*`bpf_for\(i, 0, limit\)`/s],
  ['masks_too_short', /32 bytes.*parameter is a pointer to struct cpumask/s, /[Cc]heck the index/],
  ['no_section', /may sleep, as this one, is in none unless it opens one.*`bpf_rcu_read_lock\(\)`/s],
  [
    'untrusted',
    /Trust ended where `last_wakee` of struct task_struct\w* was read.*`bpf_task_from_pid\(t->pid\)`/s,
    /Acquire the object first/,
  ],
  ['preemption_off', /preemption is disabled.*after `bpf_preempt_enable\(\)`/s, /[Mm]ake the program sleepable/],
  [
    'pointers_in_data',
    /global variable `pointers`.*does not fill in pointers.*two dimensions/s,
    /To read what such an address points at/,
  ],
  [
    'field_gone',
    /needs the field no_such_field of struct task_struct.*`if \(bpf_core_field_exists/s,
    /bpf_helper_defs/,
  ],
  ['function_gone', /`bpf_no_such_function` is called, which this kernel does not have.*bpf_ksym_exists/s],
  ['too_far', /`off`, which may be as large as 100.000.*was made, and does not count.*16 bits/s],
  ['shorter', /up to 5 bytes .* check at line \d+ has shown 4 bytes/],
  ['after_moving', /`bpf_xdp_adjust_head` was called.*`ctx->data`/s, /released/],
  ['of_global', /`has_slash`.*verified by itself.*`char \*s` may be NULL, and is 1 byte long.*`static`/s],
  ['of_global_refused', /verified by itself.*1 byte long.*A check for NULL alone is not enough/s],
  ['tail_in_function', /makes a tail call.*fewer than 256 bytes, not 512/s],
  ['too_deep', /`too_deep` \(\d+ bytes\), `deep` \(\d+ bytes\)/],
  ['never_sleeps', /can never sleep.*`SEC\("syscall"\)`.*`bpf_probe_read_user`/s],
  ['not_offered', /`SEC\("tp_btf\/…"\)`/],
  ['wrong_map', /a map of type/],
  ['no_value', /[Rr]eturn a number/, /r6 to r9, or on the stack/],
  ['leaks', /when `\*v` is 5/i, /w1 is/],
];

describe('the cause is named, and nothing that is not so', () => {
  test.each(SAYS.map((row) => [row[0], row] as const))('%s', (_name, [name, says, never]) => {
    const said = judged.find((one) => one.name === name)!.said.replaceAll('\u00a0', ' ');
    expect(said).toMatch(says);
    if (never !== undefined) expect(said).not.toMatch(never);
  });
});

describe('what looks like a remedy and is none', () => {
  const refused = judged.filter(({ name }) => name.endsWith('_refused'));
  test.each(refused.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    expect(one.kernel).not.toBe(0);
    expect(one.model).toBe(one.kernel);
  });
});

test('every kind of rejection has a program whose advice was followed', () => {
  const shown = new Set(broken.map(({ kind }) => kind));
  expect(REJECTION_KINDS.filter((kind) => !shown.has(kind) && WITHOUT[kind] === undefined)).toEqual([]);
  // What is excused is not shown as well.
  expect(Object.keys(WITHOUT).filter((kind) => shown.has(kind as RejectionKind))).toEqual([]);
});
