import { expect, test } from 'vitest';
import type { Engine } from '../../core/engine/index.ts';
import { decodeUtf8, encodeUtf8 } from '../../core/base/utf8.ts';
import { plain, repositoryEngine } from './repository.ts';

const TWO = JSON.stringify({
  title: 'two processes',
  tasks: [
    { pid: 1, tgid: 1, ppid: 0, comm: 'init', files: [{ fd: 0, path: '/dev/null', ino: 3 }] },
    { pid: 7, tgid: 7, ppid: 1, comm: 'worker' },
  ],
});
const file = (name: string, text: string) => ({ name, bytes: encodeUtf8(text) });
const lines = async (engine: Engine, session: number): Promise<string[]> =>
  decodeUtf8((await engine.readIterator(session, { size: 4096 })).written)
    .split('\n')
    .filter((line) => /^ *\d+ +\d+ /.test(line));
const OWN = ['     1      1 init', '     7      7 worker'];

test('a world that is opened stands for what is opened from then on; what is open keeps its own', async () => {
  const engine = repositoryEngine();
  const before = (await engine.openSample('task_lines.bpf.o')).sessions[0]!.session;
  expect(await engine.world()).toMatchObject({ title: 'a small server', own: false });
  const all = await lines(engine, before);
  expect(all.length).toBeGreaterThan(40);

  const opened = await engine.open([file('two.json', TWO)]);
  expect(opened).toMatchObject({ sessions: [], errors: [], world: { title: 'two processes', own: true } });
  expect(opened.world!.counts).toEqual([{ what: 'tasks', count: 2 }]);
  expect(await lines(engine, before)).toEqual(all);
  const after = (await engine.openSample('task_lines.bpf.o')).sessions[0]!.session;
  expect(after).not.toBe(before);
  expect(await lines(engine, after)).toEqual(OWN);
  expect((await engine.readIterator(after, { size: 64 })).world.title).toBe('two processes');

  expect(await engine.moveToWorld(before)).toMatchObject({ id: before, world: { title: 'two processes', own: true } });
  expect(await lines(engine, before)).toEqual(OWN);
  expect(await engine.useWorld(null)).toMatchObject({ own: false });
  expect(await lines(engine, before)).toEqual(OWN);
  await engine.moveToWorld(before);
  expect(await lines(engine, before)).toEqual(all);
});

test('a wrong world is one line with the field and the rule, and the one that stands goes on standing', async () => {
  const engine = repositoryEngine();
  await engine.open([file('two.json', TWO)]);
  const wrong = { title: 'wrong', tasks: [{ pid: 1, tgid: 1, ppid: 9, comm: 'init' }] };
  const { errors, world } = await engine.open([file('wrong.json', JSON.stringify(wrong))]);
  expect(errors).toEqual(['wrong.json: world.tasks[0].ppid: no process has pid 9']);
  expect(world).toBeUndefined();
  expect((await engine.open([file('torn.json', '{"tasks": [')])).errors[0]).toMatch(/^torn\.json: no JSON: /);
  expect((await engine.open([file('deep.json', `${'['.repeat(40)}`)])).errors[0]).toMatch(/nested deeper than 32/);
  expect(await engine.world()).toMatchObject({ title: 'two processes' });
  await expect(engine.useWorld('{"tasks": 3}')).rejects.toThrow('world.tasks: expected an array');
  expect(await engine.world()).toMatchObject({ title: 'two processes' });
});

test('JSON of a model is kept and not used; other JSON is kept', async () => {
  const engine = repositoryEngine();
  const twos = file('twos.json', '{"name": "twos", "element": "int", "generator": {"kind": "list", "values": [2]}}');
  const { models, errors, world } = await engine.open([twos, file('notes.json', '{"a": 1}')]);
  expect(errors).toEqual([]);
  expect(world).toBeUndefined();
  expect(models?.map(({ name }) => name)).toEqual(['twos.json']);
  expect(await engine.model()).toMatchObject({ description: null });
});

test('the terminal is in the world that stands, and finds its pins when it comes back', async () => {
  const engine = repositoryEngine();
  const { session } = (await engine.openSample('task_lines.bpf.o')).sessions[0]!;
  const type = async (line: string): Promise<string> => plain((await engine.shell(line, session, 1)).output);
  await type('bpftool iter pin task_lines.bpf.o /sys/fs/bpf/tasks');
  await engine.open([file('two.json', TWO), file('wrong.json', '{"tasks": 3}')]);
  expect(await type('world')).toBe('two processes\n2 tasks');
  expect(await type('ps')).toMatch(/^ *PID.*\n.*init\n.*worker$/);
  expect(await type('ls /sys/fs/bpf')).not.toContain('tasks');
  expect(await type('world none')).toMatch(/^a small server, the world that stands by default\n\d+ tasks, /);
  expect(await type('cat /sys/fs/bpf/tasks')).toContain('systemd');
  expect(await type('world wrong.json')).toContain('wrong.json: world.tasks: expected an array');
  expect(await type('world')).toContain('a small server');
  // The program on show goes with it.
  expect(await type('world two.json')).toBe('two processes\n2 tasks');
  expect(await lines(engine, session)).toEqual(OWN);
  expect(await type('help world')).toContain('world that stands by default');
});

test('a trace carries its world, and so does the journal', async () => {
  const engine = repositoryEngine();
  const plainly = (await engine.openSample('task_files.bpf.o')).sessions[0]!.session;
  await engine.open([file('two.json', TWO)]);
  const { session } = (await engine.openSample('task_lines.bpf.o')).sessions[0]!;
  const trace = await engine.exportTrace(session, 'iterscope');
  const other = repositoryEngine();
  const again = (await other.open([trace])).sessions[0]!.session;
  expect(await lines(other, again)).toEqual(OWN);
  expect(await other.world()).toMatchObject({ own: false });
  expect((await other.exportTrace(again, 'iterscope')).bytes).toEqual(trace.bytes);

  const third = repositoryEngine();
  await third.restore(await engine.journal());
  expect(await third.world()).toMatchObject({ title: 'two processes' });
  expect(await lines(third, session)).toEqual(OWN);
  expect(await third.info(plainly)).toMatchObject({ world: { own: false } });
  // A trace that was read in another world since is so after a restart, too.
  await third.useWorld(null);
  await third.open([trace]);
  const opened = (await third.sessions()).at(-1)!.session;
  await third.moveToWorld(opened);
  const fourth = repositoryEngine();
  await fourth.restore(await third.journal());
  expect(await fourth.info(opened)).toMatchObject({ world: { own: false } });
  expect(await fourth.info(session)).toMatchObject({ world: { own: true } });
});

test('what is derived from a program, and what it runs in, is of its world', async () => {
  const engine = repositoryEngine();
  await engine.open([file('two.json', TWO)]);
  const { session } = (await engine.openSample('task_lines.bpf.o')).sessions[0]!;
  await engine.useWorld(null);
  const derived = (await engine.openWith(session, [{ name: 'only_pid', value: '7' }])).sessions[0]!.session;
  expect(await lines(engine, derived)).toEqual([OWN[1]]);
});

test.each(['threads_of', 'files_of'])(
  '%s: a filter inside the program is counted beside the parameter',
  async (program) => {
    const engine = repositoryEngine();
    const { session } = (await engine.openSample('one_process.bpf.o', program)).sessions[0]!;
    expect((await engine.info(session)).iterator!.constants).toEqual(['only_pid', 'only_tid']);
    const view = await engine.readIterator(session, { size: 4096, pid: 600, filter: 'only_pid' });
    const { inside, unfiltered, count, written } = view;
    expect(written.length).toBeGreaterThan(15);
    expect(inside).toMatchObject({ setting: 'only_pid = 600', same: true });
    expect(inside!.count.calls).toBe(unfiltered!.calls);
    expect(inside!.count.calls).toBeGreaterThan(5 * count.calls);
    // Of those with the parameter, only the last call writes nothing.
    expect(count.silent).toBe(1);
    expect(inside!.count.silent).toBe(inside!.count.calls - (count.calls - 1));
    // What it prints says so, and so does a program that prints what depends on the walk.
    const wrong = await engine.readIterator(session, { size: 4096, pid: 600, filter: 'only_tid' });
    expect(wrong.inside!.same).toBe(program === 'files_of');
    expect((await engine.readIterator(session, { size: 4096, filter: 'only_pid' })).inside).toBeNull();
    await expect(engine.readIterator(session, { size: 64, pid: 1, filter: 'none' })).rejects.toThrow(
      "no global variable 'none'",
    );
  },
);

test('lessons are in the world that stands by default', async () => {
  const engine = repositoryEngine();
  await engine.open([file('two.json', TWO)]);
  const [lesson] = await engine.lessons();
  const { pages } = await engine.lesson(lesson!.id);
  const page = pages.findIndex(({ question }) => question !== undefined);
  const { session } = await engine.answer(lesson!.id, page, 0);
  expect((await engine.info(session!)).world.own).toBe(false);
});
