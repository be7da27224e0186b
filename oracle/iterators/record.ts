/*
 * Makes `tests/iter/recorded.json`, or another file named, of what `record.sh` printed inside a kernel: the machine as a world, and for each reading its parameters, the
 * link's fdinfo and what every read() gave.
 *
 *     npx tsx oracle/iterators/record.ts OUTPUT RELEASE [FILE]
 */
import { readFileSync, writeFileSync } from 'node:fs';

/** One reading of an iterator program. */
export interface Reading {
  readonly file: string;
  /** Bytes that each read() asked for. */
  readonly size: number;
  /** Words after the size: `pid 147`, `cgroup /sys/fs/cgroup/a 2`. */
  readonly parameters: readonly string[];
  /** Lines that the target adds to the link's fdinfo. */
  readonly fdinfo: string;
  /** Negative errno of the attachment, where it is refused. */
  readonly refused?: number;
  /** Of each read(): the bytes in hexadecimal, or the negative errno. */
  readonly reads: readonly (string | number)[];
}

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

const [file, release, target = 'tests/iter/recorded.json'] = process.argv.slice(2);
if (file === undefined || release === undefined) throw new Error('record.ts OUTPUT RELEASE [FILE]');
const sections = readFileSync(file, 'latin1')
  .split(/^#### /m)
  .slice(1);
const readings: Reading[] = [];
const runs: { readonly file: string; readonly returned: number }[] = [];
let world: unknown;
for (const section of sections) {
  const [title = '', ...lines] = section.split('\n');
  if (title === 'world') world = JSON.parse(lines.join('\n'));
  else if (title.startsWith('run '))
    runs.push({ file: title.slice('run '.length), returned: Number(lines[0]!.split(' ')[2]) });
  else readings.push(readingOf(title, lines));
}
writeFileSync(target, `${JSON.stringify({ release, world, readings, runs }, null, 1)}\n`);
