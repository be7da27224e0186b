import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lineOf, mapsToTry, tableBtf } from '../oracle/tables/map-attempts.ts';
import { DISTRIBUTION } from '../core/kernel/rules/configuration.ts';
import { createVerdict } from '../core/kernel/rules/map-creation.ts';
import { SHIPPED_KERNEL, shippedBtf } from '../core/kernel/btf/shipped.ts';

const root = new URL('../', import.meta.url);
const [head = '', ...recorded] = readFileSync(new URL('tests/kernel-tables/map-creation.txt', root), 'utf8')
  .trim()
  .split('\n');
const fact = (name: string): number => Number(new RegExp(`${name}=(\\d+)`).exec(head)?.[1]);
const machine = { ...DISTRIBUTION, cpus: fact('cpus'), maxCpus: fact('maxCpus'), memory: fact('memory') };
const kernel = shippedBtf(new Uint8Array(readFileSync(new URL(`core/kernel/btf/${SHIPPED_KERNEL.asset}`, root))));

test('maps are made and refused as the kernel did when it was asked', () => {
  const said = new Map(recorded.map((line) => line.split(' = ') as [string, string]));
  const wrong: string[] = [];
  let compared = 0;
  for (const map of mapsToTry()) {
    const made = createVerdict(map, { btf: tableBtf(), kernel, machine });
    if ('unsupported' in made) {
      wrong.push(
        `${JSON.stringify(map, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))}: ${made.unsupported}`,
      );
      continue;
    }
    const ours = lineOf(map, made.errno, made.errno === 0 && 'typed' in made && made.typed);
    const theirs = said.get(ours.split(' = ')[0]!);
    // What the machine of the recording let nobody make is not in the table.
    if (theirs === undefined) continue;
    compared++;
    if (!ours.endsWith(` = ${theirs}`)) wrong.push(`${ours}, the kernel says ${theirs}`);
    if ('reason' in made) expect(made.reason, ours).toMatch(/.{10,}[^.]$/);
  }
  expect(wrong).toEqual([]);
  expect(compared).toBe(recorded.length);
  expect(compared).toBeGreaterThan(2500);
});
