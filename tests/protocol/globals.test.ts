import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { repositoryEngine } from './repository.ts';

const FILE = fileURLToPath(new URL('../../core/elf/fixtures/globals/globals.bpf.o', import.meta.url));

test('a session’s program is opened once more with globals set, and comes back from trace and journal', async () => {
  const engine = repositoryEngine();
  const { sessions } = await engine.open([{ name: 'globals.bpf.o', bytes: new Uint8Array(readFileSync(FILE)) }]);
  const { session } = sessions[0]!;
  expect((await engine.globals(session)).map(({ name }) => name)).toContain('limit');
  expect((await engine.run(session, true)).retval).toBe('10');

  const opened = await engine.openWith(session, [{ name: 'limit', value: '31' }]);
  expect(opened.errors).toEqual([]);
  const changed = opened.sessions[0]!.session;
  expect(changed).not.toBe(session);
  expect((await engine.run(changed, true)).retval).toBe('31');
  expect((await engine.run(session, true)).retval).toBe('10');

  const other = repositoryEngine();
  const trace = await other.open([await engine.exportTrace(changed, 'iterscope')]);
  expect(trace.errors).toEqual([]);
  expect((await other.run(trace.sessions[0]!.session, true)).retval).toBe('31');

  const again = repositoryEngine();
  await again.restore(await engine.journal());
  expect((await again.run(changed, true)).retval).toBe('31');
  expect((await again.run(session, true)).retval).toBe('10');

  const { errors } = await engine.openWith(session, [{ name: 'limits', value: '1' }]);
  expect(errors).toEqual([
    "globals.bpf.o: --set limits=1: the object has no global variable 'limits'; did you mean 'limit'?",
  ]);
});

test('verify and run set globals by --set', async () => {
  let out = '';
  let err = '';
  const cli = (...args: string[]): Promise<number> | number => {
    out = err = '';
    return main(args, {
      out: (text: string) => (out += text),
      err: (text: string) => (err += text),
      bytes: (text: Uint8Array) => (out += new TextDecoder().decode(text)),
    });
  };
  expect(await cli('run', FILE, '--prog', 'prog', '--json', '--set', 'limit=3', '--set', 'small[1]=4')).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ retval: 7 });
  // What the switch leads to is walked only where it is set.
  await cli('verify', FILE, '--json');
  const before = (JSON.parse(out) as { processed: number }).processed;
  await cli('verify', FILE, '--json', '--set', 'debug=true');
  expect((JSON.parse(out) as { processed: number }).processed).toBeGreaterThan(before);
  expect(await cli('verify', FILE, '--set', 'small[1]=300')).toBe(2);
  expect(err).toMatch(/globals\.bpf\.o: --set small\[1\]=300: 300 is out of range: .* holds 0 to 255\n/);
});
