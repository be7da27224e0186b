/*
 * Makes `tests/iter/recorded.json` of what `record.sh` printed inside a kernel, `recorded-sockets.json` of what `record-sockets.sh` did, and `objects.json`
 * and `shown.json` of `record-objects.sh` and `record-shown.sh`: the machine as a world, and for each reading its parameters, the link's fdinfo and what every read() gave.
 *
 *     npx tsx oracle/iterators/record.ts OUTPUT RELEASE [recorded-sockets|objects|shown]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Reading } from './reading.ts';
import { inKernelsOrder } from './socket-order.ts';
import type { DescribedSockets } from './socket-order.ts';

function readingOf(title: string, lines: readonly string[]): Reading {
  const [file = '', size = '', ...parameters] = title.split(' ');
  const fdinfo = lines.filter((line) => line.startsWith('fdinfo ')).map((line) => line.slice('fdinfo '.length));
  const from = fdinfo.findIndex((line) => line.startsWith('target_name:'));
  const refused = lines.find((line) => line.startsWith('attach '));
  const reads = lines
    .filter((line) => /^-?\d+ /.test(line))
    .map((line) => {
      const [count, hex = ''] = line.split(' ');
      return Number(count) < 0 ? Number(count) : hex;
    });
  return {
    file,
    size: Number(size),
    parameters,
    fdinfo:
      from < 0
        ? ''
        : fdinfo
            .slice(from)
            .map((line) => `${line}\n`)
            .join(''),
    ...(refused === undefined ? {} : { refused: Number(refused.split(' ')[1]) }),
    reads,
  };
}

const [file, release, name = 'recorded'] = process.argv.slice(2);
if (file === undefined || release === undefined) throw new Error('record.ts OUTPUT RELEASE [NAME]');
const sections = readFileSync(file, 'latin1')
  .split(/^#### /m)
  .slice(1);
const readings: Reading[] = [];
const runs: { readonly file: string; readonly returned: number }[] = [];
let world: { sockets?: DescribedSockets } = {};
for (const section of sections) {
  const [title = '', ...lines] = section.split('\n');
  if (title === 'world') world = JSON.parse(lines.join('\n')) as typeof world;
  else if (title.startsWith('run '))
    runs.push({ file: title.slice('run '.length), returned: Number(lines[0]!.split(' ')[2]) });
  else readings.push(readingOf(title, lines));
}
if (world.sockets !== undefined) world = { ...world, sockets: inKernelsOrder(world.sockets, readings) };
writeFileSync(`tests/iter/${name}.json`, `${JSON.stringify({ release, world, readings, runs }, null, 1)}\n`);
