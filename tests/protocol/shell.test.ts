import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Engine } from '../../core/engine/index.ts';
import { plain, repositoryEngine } from './repository.ts';

/** Types lines one after the other, going along with what they show; gives the last one's result. */
async function type(engine: Engine, ...lines: readonly string[]) {
  let session = -1;
  let step = 1;
  let last = await engine.shell('', session, step);
  for (const line of lines) {
    last = await engine.shell(line, session, step);
    if (last.session !== undefined) [session, step] = [last.session, 1];
    if (last.step !== undefined) step = last.step;
  }
  return { ...last, output: plain(last.output), prompt: plain(last.prompt), at: { session, step } };
}

test.each([
  ['an unknown command', ['vertsat x'], 'vertsat: no such command; did you mean veristat?'],
  ['nothing near', ['frobnicate'], 'frobnicate: no such command; `help` lists them'],
  ['a file that is not there', ['open num_sm.bpf.o'], 'open: num_sm.bpf.o: no such file; did you mean num_sum.bpf.o?'],
  ['nothing open', ['step'], 'step: nothing is open yet: try `open num_sum.bpf.o`, or `ls` to see what there is'],
  ['the reference', ['reference KF_ACQUIRE'], /^KF_ACQUIRE\n {2}one of the flags of kernel functions\n/],
  ['the reference, by words', ['reference expected an initialized'], /^reference uninitialized-iterator: /],
  ['what the reference has', ['reference'], /^8 iterators: bpf_iter_num, /],
  ['open', ['open num_sum.bpf.o'], 'sum_to_ten: accepted, 35 instructions, 3 states'],
  ['step', ['open num_sum.bpf.o', 'step'], 'step 2 of 35, before 1: r7 += -8'],
  ['goto and back', ['open num_sum.bpf.o', 'goto 23', 'back 3'], 'step 20 of 35, before 13: r1 = r10'],
  ['past the end', ['open num_sum.bpf.o', 'goto 35', 'step 9'], /^step 35 of 35/],
  ['no number', ['open num_sum.bpf.o', 'goto x'], 'goto: the step must be a number, not "x"'],
  ['break', ['open num_sum.bpf.o', 'break 15 if pruned'], 'breakpoint 1 at 15: call bpf_iter_num_next'],
  [
    'break list',
    ['open num_sum.bpf.o', 'break 15 if pruned', 'break 8', 'break'],
    '1 at 8: call bpf_iter_num_next\n2 at 15: call bpf_iter_num_next if pruned',
  ],
  [
    'a breakpoint nowhere',
    ['open num_sum.bpf.o', 'break 99'],
    'break: there is no instruction 99: the program has 0 to 21',
  ],
  ['diff', ['open num_sum.bpf.o', 'diff 6 7'], /registers · 5 the same\n {2}r3 .*→ 10 .*step 6, at 5: r3 becomes 10/],
  ['diff with the step on show', ['open num_sum.bpf.o', 'goto 3', 'diff here'], /Both states are the same/],
  [
    'diff with a mark',
    ['open num_sum.bpf.o', 'mark 3 here', 'diff before mark here'],
    /r7 {2}not readable {2}→ fp-8 {2}step 2, at 1/,
  ],
  ['diff of nothing', ['open num_sum.bpf.o', 'diff 99'], 'diff: sum_to_ten has no step 99: it has 1 to 35'],
  [
    'diff of another program',
    ['open num_sum.bpf.o', 'diff 1 sum_to_tn:1'],
    'diff: no program sum_to_tn is open; did you mean sum_to_ten?',
  ],
  ['find', ['open num_sum.bpf.o', 'find fork r0 null'], 'nothing is found'],
  ['find lists', ['open num_sum.bpf.o', 'find insn 10'], '2 steps\n     17  10: w1 = w6\n     30  10: w1 = w6'],
  [
    'find goes there',
    ['open num_sum.bpf.o', 'goto 20', 'find next fork'],
    'step 22 of 35, before 15: call bpf_iter_num_next\n2 of 2',
  ],
  ['find goes round', ['open num_sum.bpf.o', 'find previous fork'], /^step 22 of 35/],
  ['find that is wrong', ['open num_sum.bpf.o', 'find r6 ='], 'find: column 5: a number is missing behind ='],
  ['mark', ['open num_sum.bpf.o', 'goto 9', 'mark first NULL'], 'step 9 is marked: first NULL'],
  [
    'marks',
    ['open num_sum.bpf.o', 'mark 9 first NULL', 'mark', 'marks'],
    '1              0: r7 = r10\n9  first NULL  8: call bpf_iter_num_next',
  ],
  [
    'mark remove',
    ['open num_sum.bpf.o', 'mark 9', 'mark remove 9', 'marks'],
    'no marks: `mark NAME` marks the step on show',
  ],
  ['continue', ['open num_sum.bpf.o', 'break 15 if pruned', 'continue'], /^step 35 of 35, before 15/],
  [
    'verify',
    ['verify first_even.bpf.o'],
    'first_even: rejected (EINVAL) at 18: Unreleased reference id=1 alloc_insn=4',
  ],
  [
    'verify at a level',
    ['verify num_sum.bpf.o --log-level=2'],
    /\nprocessed 35 insns \(limit 1000000\) max_states_per_insn 1 total_states 3 peak_states 4 mark_read 0$/,
  ],
  ['an unknown option', ['verify --loud'], 'verify: there is no option --loud here; known: --log-level, --explain'],
  ['run', ['open num_sum.bpf.o', 'run'], 'returns 45 after 85 instructions'],
  [
    'run a rejected one',
    ['open first_even.bpf.o', 'run'],
    'run: first_even is rejected: `run --anyway` runs it all the same',
  ],
  [
    'run it anyway',
    ['open first_even.bpf.o', 'run first_even --anyway'],
    'runs, returns 2, and leaks: reference 1 (iter_num at fp-8) was never released',
  ],
  ['asm', ['asm r0 = 0; exit'], 'typed: accepted, 2 instructions, 0 states'],
  ['asm over lines', ['asm r0 = 1\n  exit'], 'typed: accepted, 2 instructions, 0 states'],
  ['asm that is wrong', ['asm r0 = 0; r77 = 1'], /^asm: typed\.asm: line 2: /],
  ['bpftool load', ['bpftool prog load num_sum.bpf.o'], 'sum_to_ten: accepted, 35 instructions, 3 states'],
  [
    'bpftool load of a bad one',
    ['bpftool prog load unchecked.bpf.o'],
    /R0 invalid mem access 'scalar'\n(.*\n)*Error: failed to load object file$/,
  ],
  [
    'bpftool dump',
    ['open num_sum.bpf.o', 'bpftool prog dump xlated'],
    /^\w+:\n {3}0: \(bf\) r7 = r10\n {3}1: \(07\) r7 \+= -8\n/,
  ],
  ['cat', ['cat num_sum.bpf.c'], /^\/\/ SPDX/],
  ['cat of an object', ['cat num_sum.bpf.o'], 'cat: num_sum.bpf.o is not text; try `verify num_sum.bpf.o`'],
  ['cd nowhere', ['cd nowhere'], 'cd: nowhere: no such folder'],
  ['help on a function', ['help bpf_iter_num_next'], /^bpf_iter_num_next\n.*NULL/],
  ['help on a command', ['help step'], /^step \[N\]\n/],
])('%s', async (_name, lines, expected) => {
  const { output } = await type(repositoryEngine(), ...lines);
  if (typeof expected === 'string') expect(output).toBe(expected);
  else expect(output).toMatch(expected);
});

test('veristat prints the table, flushed as the columns want it', async () => {
  const { output } = await type(repositoryEngine(), 'veristat num_sum.bpf.o first_even.bpf.o');
  const [head, first, second] = output.split('\n');
  expect(head).toMatch(/^File {14}Program {5}Verdict {2} *Duration {2}Insns {2}States {2}Peak$/);
  expect(first).toMatch(/^num_sum\.bpf\.o {4} *sum_to_ten {2}success {2} *\d+ µs {5}35 {7}3 {5}4$/);
  expect(second).toMatch(/^first_even\.bpf\.o {2}first_even {2}failure {2} *\d+ µs {5}24/);
});

test('every command is listed, has help, and completes', async () => {
  const engine = repositoryEngine();
  const { output } = await type(engine, 'help');
  for (const line of output.split('\n').slice(0, -2)) {
    const name = line.split(' ')[0]!;
    expect((await type(engine, `help ${name}`)).output).toContain(name);
    await engine.complete(`${name} `);
  }
});

test.each([
  ['ver', ['verify', 'veristat']],
  ['open num', ['open num_sum.bpf.o']],
  ['break 15 if p', ['break 15 if pruned']],
  ['bpftool prog l', ['bpftool prog list', 'bpftool prog load']],
  ['nothing here', []],
])('%s completes', async (line, wanted) => expect(await repositoryEngine().complete(line)).toEqual(wanted));

test('a trace that is exported can be looked into and opened again', async () => {
  const engine = repositoryEngine();
  const saved = await type(engine, 'open num_sum.bpf.o', 'trace export');
  expect(saved.download?.name).toBe('sum_to_ten.iterscope');
  expect((await type(engine, 'trace info sum_to_ten.iterscope')).output).toMatch(
    /^sum_to_ten: accepted, 35 instructions, 3 states\nfrom num_sum\.bpf\.o \(object, \d+ bytes\), Linux 6\.18 rules\n35 steps, 3 paths, 2 forks/,
  );
  expect((await type(engine, 'open sum_to_ten.iterscope')).output).toBe(
    'sum_to_ten: accepted, 35 instructions, 3 states',
  );
  expect((await type(engine, 'open num_sum.bpf.o', 'trace export walk.log')).download?.name).toBe('walk.log');
});

test('the prompt says where one is', async () => {
  const engine = repositoryEngine();
  expect((await type(engine, 'ls')).prompt).toBe('iterscope ~/sandbox $ ');
  expect((await type(engine, 'cd ~/lessons/number-loop')).prompt).toBe('iterscope ~/lessons/number-loop $ ');
});

async function withIterators(...names: readonly string[]): Promise<Engine> {
  const engine = repositoryEngine();
  const bytes = (name: string): Uint8Array<ArrayBuffer> =>
    new Uint8Array(readFileSync(fileURLToPath(new URL(`../iter/${name}.bpf.o`, import.meta.url))));
  await engine.open(names.map((name) => ({ name: `${name}.bpf.o`, bytes: bytes(name) })));
  return engine;
}

test('an iterator program is pinned, read as often as one likes, and removed', async () => {
  const engine = await withIterators('tasks');
  expect((await type(engine, 'ls /sys/fs/bpf')).output).toBe('nothing is pinned');
  expect(await type(engine, 'bpftool iter pin tasks.bpf.o /sys/fs/bpf/t')).toMatchObject({ output: '' });
  expect((await type(engine, 'ls /sys/fs/bpf')).output).toBe('t');
  const { output } = await type(engine, 'cat /sys/fs/bpf/t');
  expect(output).toMatch(/^ {4}1 {5}1 {5}0 systemd [^]*\nend$/);
  expect((await type(engine, 'cat /sys/fs/bpf/t')).output).toBe(output);
  expect((await type(engine, 'bpftool link')).output).toContain(
    'target_name task  task_type ALL\n\tpinned /sys/fs/bpf/t',
  );
  expect(await engine.complete('cat /sys/fs/bpf/')).toContain('cat /sys/fs/bpf/t');
  await type(engine, 'rm /sys/fs/bpf/t');
  expect((await type(engine, 'cat /sys/fs/bpf/t')).output).toBe('cat: /sys/fs/bpf/t: no such file');
  expect((await type(engine, 'bpftool link')).output).not.toContain('pinned');
});

test('what one pinned program does to its map stays, and others see what is pinned after them', async () => {
  const engine = await withIterators('elements', 'links');
  await type(
    engine,
    'bpftool iter pin links.bpf.o /sys/fs/bpf/l',
    'bpftool iter pin elements.bpf.o /sys/fs/bpf/e map counts',
  );
  const before = (await type(engine, 'cat /sys/fs/bpf/l')).output.split('\n').length;
  expect((await type(engine, 'cat /sys/fs/bpf/e', 'cat /sys/fs/bpf/e')).output).toContain('0: 2\n');
  expect((await type(engine, 'bpftool map dump name counts')).output).toContain(
    'key: 01 00 00 00  value: 02 00 00 00 00 00 00 00',
  );
  const after = (await type(engine, 'rm /sys/fs/bpf/e', 'cat /sys/fs/bpf/l')).output.split('\n').length;
  expect(after).toBe(before - 1);
});

test('every file that is opened of an iterator has its number, whichever program it is of', async () => {
  const engine = await withIterators('session', 'session-links');
  const session = async (line: string): Promise<string> => (await type(engine, line)).output.trim();
  await type(
    engine,
    'bpftool iter pin session.bpf.o /sys/fs/bpf/maps',
    'bpftool iter pin session-links.bpf.o /sys/fs/bpf/links',
  );
  expect(await session('cat /sys/fs/bpf/maps')).toBe('session 1');
  expect(await session('cat /sys/fs/bpf/links')).toBe('session 2');
  expect(await session('cat /sys/fs/bpf/maps')).toBe('session 3');
  // The window reads on the same machine.
  const opened = await type(engine, 'open session.bpf.o');
  const settings = { size: 4096 };
  const view = await engine.readIterator(opened.session!, settings);
  expect([view.sessionId, new TextDecoder().decode(view.written)]).toEqual([4, 'session 4\n']);
  await engine.readIterator(opened.session!, settings);
  expect(await session('cat /sys/fs/bpf/links')).toBe('session 6');
});

test.each([
  ['bpftool iter pin tasks.bpf.o /tmp/t', '/tmp/t: a pin has a name in /sys/fs/bpf'],
  ['bpftool iter pin tasks.bpf.o /sys/fs/bpf/a/b', 'a pin has a name in /sys/fs/bpf'],
  ['bpftool iter pin', 'bpftool iter pin FILE PATH [map MAP]'],
  ['bpftool iter create', 'bpftool iter has only `pin`'],
  ['bpftool iter pin none.bpf.o /sys/fs/bpf/t', 'none.bpf.o: no such file'],
  ['bpftool iter pin num_sum.bpf.o /sys/fs/bpf/t', 'which is no iterator program'],
  ['bpftool iter pin elements.bpf.o /sys/fs/bpf/t', 'attach_iter failed for program elements: errno 9 (EBADF)'],
  ['bpftool map dump name events', 'what is in events is not known'],
  ['bpftool map dump name none', 'there is no map none'],
  ['bpftool net', 'bpftool has no net here'],
  ['rm num_sum.bpf.o', 'only what is pinned below /sys/fs/bpf can be removed'],
  ['rm /sys/fs/bpf/none', '/sys/fs/bpf/none: no such file'],
  ['ls /proc/9999/fd', 'no such process'],
  ['ls /etc', 'the simulated machine has /sys/fs/bpf and /proc/PID/fd'],
])('%s is refused', async (line, message) => {
  const engine = await withIterators('tasks', 'elements');
  const result = await type(engine, line);
  expect(result.output).toContain(message);
  expect(result.failed).toBe(true);
});

test('pinning where something is pinned is refused as the real tool does, and what was there stays', async () => {
  const engine = await withIterators('tasks');
  const pin = 'bpftool iter pin tasks.bpf.o /sys/fs/bpf/t';
  const { output, failed } = await type(engine, pin, pin);
  expect([output, failed]).toEqual([
    'bpftool: pin_iter failed for program tasks to path /sys/fs/bpf/t: errno 17 (EEXIST)',
    true,
  ]);
  expect((await type(engine, 'cat /sys/fs/bpf/t')).output).toContain('systemd');
});

test('the processes of the simulated machine, and what one of them has open', async () => {
  const engine = repositoryEngine();
  expect((await type(engine, 'ps')).output).toMatch(
    /^ PID {2}PPID +UID {2}STAT {2}COMMAND\n {3}1 {5}0 {5}0 {5}S {2}systemd\n/,
  );
  expect((await type(engine, 'ps -T')).output).toContain('api-worker-0');
  expect((await type(engine, 'ls -l /proc/412/fd')).output).toContain('l-wx------  3 -> /var/log/nginx/access.log');
});
