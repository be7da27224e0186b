import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { cli } from '../fixture.ts';

const object = (name: string): string => fileURLToPath(new URL(`../../tests/iter/${name}.bpf.o`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'iterscope-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

test('iter prints what the program writes, of the world that stands or of one that is given', async () => {
  const { out, err, status } = await cli('iter', object('tasks'), '--prog', 'tasks');
  expect([err, status]).toEqual(['', 0]);
  expect(out).toMatch(/^ {4}1 {5}1 {5}0 systemd {9}uid 0\n/);
  expect(out).toMatch(/end\n$/);
  const world = file('one.json', JSON.stringify({ tasks: [{ pid: 7, tgid: 7, ppid: 0, comm: 'alone', uid: 5 }] }));
  expect((await cli('iter', object('tasks'), '--world', world)).out).toBe(
    '    7     7     0 alone           uid 5\nend\n',
  );
});

test('iter reads the sockets of the world that stands, and of one that is given', async () => {
  const kernels = await cli('iter', object('order-netlink'), '--prog', 'order');
  expect(kernels).toMatchObject({ out: '0 0\n0 301\n9 0\n15 0\n15 1\n16 0\n', status: 0 });
  const { out } = await cli('iter', object('tcp'), '--prog', 'tcp');
  expect(out).toMatch(/^0: family 2 state 10 uid 0 references 2 TCP 00000000:0050 00000000:0000 is 1 0 0 0 0 0\n/);
  // Bytes that wait to be acknowledged, and the timer that sends them again.
  expect(out).toContain('  tx 36 rx 0 retransmits 0 probes 0 timer 1:1:0 ino 9501 ');
  expect(out).toMatch(/end 16 uid 0\n$/);
  const sockets = { udp: [{ local: '[::1]:53', uid: 9, bucket: 77, refs: 1 }] };
  const world = file('sockets.json', JSON.stringify({ tasks: [], sockets }));
  expect((await cli('iter', object('order-udp'), '--world', world)).out).toBe(
    '77 00000000000000000000000001000000:0035 00000000000000000000000000000000:0000 0\n',
  );
  // A program sees no socket at all: it is called once, at the end.
  expect((await cli('iter', object('tcp'), '--world', world)).out).toBe('end -1 uid 0\n');
});

test('iter --json tells each call and each read', async () => {
  const { out } = await cli('iter', object('tasks'), '--pid', '600', '--buffer', '64', '--json');
  const events = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; entity?: string; given?: number; atEnd?: boolean });
  expect(events.filter(({ kind }) => kind === 'call').map(({ entity }) => entity)).toEqual([
    'task 600 api',
    'task 601 api-worker-0',
    'task 602 api-worker-1',
    'task 603 api-worker-2',
    'task 604 api-gc',
    'no task',
  ]);
  expect(events.filter(({ kind }) => kind === 'read').every(({ given }) => given! <= 64)).toBe(true);
  expect(events.at(-1)).toMatchObject({ kind: 'read', given: 0 });
});

describe('iter refuses in one line', () => {
  test.each([
    [[object('cgroups')], 'cgroups: not attached, errno -22 (EINVAL)', 1],
    [[object('cgroups'), '--cgroup', '/nowhere'], 'cgroups: not attached, errno -9 (EBADF)', 1],
    [[object('tasks'), '--pid', '1', '--tid', '1'], 'tasks: not attached, errno -22 (EINVAL)', 1],
    [[object('tasks'), '--pid', '1', '--pid-fd', '1'], 'tasks: not attached, errno -22 (EINVAL)', 1],
    [[object('tasks'), '--pid-fd', '601'], 'tasks: not attached, errno -9 (EBADF)', 1],
    [[object('tasks'), '--pid-fd', '99999'], 'tasks: not attached, errno -9 (EBADF)', 1],
    [[object('elements')], 'elements: not attached, errno -9 (EBADF)', 1],
    [[object('far-value'), '--map', 'counts'], 'far_value: not attached, errno -13 (EACCES)', 1],
    [[object('elements'), '--map', 'none'], "--map: the object has no map 'none'; it has counts", 2],
    [[object('cgroups'), '--order', 'sideways'], "--order: 'sideways' is none of self_only", 2],
    [[object('cgroups'), '--order', 'self_only'], '--order goes with --cgroup PATH', 2],
    [[object('tasks'), '--pid', 'x'], "--pid: 'x' is no whole number", 2],
    [[object('tasks'), '--buffer', '0'], "--buffer: '0' is no whole number from 1 on", 2],
    [
      [object('tasks'), '--world', file('bad.json', '{"tasks":[{"pid":1}]}')],
      'world.tasks[0].tgid: expected a whole number',
      2,
    ],
    [
      [fileURLToPath(new URL('../../tests/golden/iter-num/c.bpf.o', import.meta.url)), '--prog', 'sum_to_ten'],
      'which is no iterator program',
      2,
    ],
  ])('%j', async (args, message, status) => {
    const result = await cli('iter', ...args);
    expect(result.err).toContain(message);
    expect(result.err.trimEnd().split('\n')).toHaveLength(1);
    expect(result.status).toBe(status);
  });
});

test('an interrupted walk over cgroups cannot go on, as in the kernel', async () => {
  const { err, status } = await cli('iter', object('cgroups'), '--cgroup', '/', '--buffer', '8');
  expect(err).toContain('read() failed, errno -95 (EOPNOTSUPP)');
  expect(status).toBe(1);
});

test('world print gives a world that world check takes', async () => {
  const { out, status } = await cli('world', 'print');
  expect(status).toBe(0);
  const printed = file('printed.json', out);
  const checked = await cli('world', 'check', printed);
  expect(checked.out).toMatch(
    /a small server: \d+ tasks in \d+ processes; 20 cgroups; .*; 7 routes; 2 pid namespaces$/m,
  );
  expect((await cli('world', 'print', printed)).out).toBe(out);
  const broken = await cli(
    'world',
    'check',
    file('broken.json', '{"tasks":[{"pid":1,"tgid":1,"ppid":0,"comm":"a","cgroup":"/x"}]}'),
  );
  expect(broken.err).toContain('broken.json: world.tasks[0].cgroup: there is no cgroup /x');
  expect(broken.status).toBe(2);
  expect((await cli('world')).err).toContain('world print [FILE]');
});
