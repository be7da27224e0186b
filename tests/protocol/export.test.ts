import { expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { requestNames } from '../../core/engine/contract.ts';
import { EXPORTERS } from '../../core/trace/export/index.ts';
import { HOST_COMMANDS, notes } from '../../electron/ipc-contract.ts';
import { plain, repositoryEngine } from './repository.ts';

test('every format gives the same bytes whole and in pieces, and says how many', async () => {
  const engine = repositoryEngine();
  const { session } = (await engine.openSample('first_even.bpf.o')).sessions[0]!;
  for (const { id, extension, streams } of EXPORTERS) {
    const whole = await engine.exportTrace(session, id);
    expect(whole.name).toBe(`${(await engine.info(session)).program}.${extension}`);
    expect(whole.bytes.length).toBeGreaterThan(500);
    const pieces: Uint8Array[] = [];
    const size = await engine.exportPieces(session, id, {
      progress: ({ piece }) => void (piece !== undefined && pieces.push(piece)),
    });
    expect(Buffer.concat(pieces).equals(Buffer.from(whole.bytes))).toBe(true);
    expect([size, await engine.exportSize(session, id)]).toEqual([whole.bytes.length, whole.bytes.length]);
    expect(typeof streams).toBe('boolean');
  }
  expect(requestNames).toContain('exportPieces');
});

test('terminal, command line and menu offer every format of the list, and refuse others', async () => {
  const engine = repositoryEngine();
  const { session } = (await engine.openSample('num_sum.bpf.o')).sessions[0]!;
  const help = plain((await engine.shell('help trace', session, 1)).output);
  let printed = '';
  const output = {
    out: (text: string) => (printed += text),
    err: (text: string) => (printed += text),
    bytes: () => {},
  };
  expect(await main(['trace', '--help'], output)).toBe(0);
  for (const { id, extension, words } of EXPORTERS) {
    expect(help).toContain(words);
    expect(printed).toContain(words);
    expect(await engine.complete('trace export ')).toContain(`trace export ${id}`);
    const { download } = await engine.shell(`trace export x.${extension}`, session, 1);
    expect(download?.bytes).toEqual((await engine.exportTrace(session, id)).bytes);
    expect(HOST_COMMANDS).toContain(`export:${id}`);
    expect(notes.command(`export:${id}`, 'command')).toBe(`export:${id}`);
  }
  expect(plain((await engine.shell('trace export --format pdf', session, 1)).output)).toContain('--format is ');
  expect(await main(['trace', 'export', 'x', '--format', 'pdf'], output)).toBe(2);
  expect(() => notes.command('export:pdf', 'command')).toThrow(/command/);
});
