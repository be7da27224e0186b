import type { Setting } from './setting.ts';

const MAP_TYPES: Readonly<Record<number, string>> = {
  1: 'BPF_MAP_TYPE_HASH',
  2: 'BPF_MAP_TYPE_ARRAY',
  5: 'BPF_MAP_TYPE_PERCPU_HASH',
  6: 'BPF_MAP_TYPE_PERCPU_ARRAY',
  9: 'BPF_MAP_TYPE_LRU_HASH',
};
/** Kernel functions whose BTF iterscope.bpf.h has a root for. */
const NUM = /^bpf_iter_num_/;

/** A program in our assembler's spelling as C with naked functions, in the spelling that clang reads. */
export function goldenSource(name: string, lines: readonly string[], setting: Setting): string {
  const functions = split(lines);
  const kfuncs = [...new Set(lines.flatMap((line) => /^call (bpf_[a-z_]+)$/.exec(line)?.[1] ?? []))];
  const maps = setting.maps ?? [];
  const body = (text: readonly string[]): string =>
    text
      .map(
        (line) =>
          `\t"${spelling(
            line,
            name,
            maps.map((map) => map.name),
          )}"`,
      )
      .join('\n');
  return [
    '// SPDX-License-Identifier: GPL-2.0-only',
    '// Found by npm run fuzz. mcpu=v4',
    '#include "../iterscope.bpf.h"',
    'LICENSE;',
    ...(kfuncs.some((f) => NUM.test(f)) ? ['NUM_ROOT'] : []),
    ...kfuncs.filter((f) => !NUM.test(f)).map((f) => `extern void ${f}(void) __ksym;`),
    ...(setting.declarations === undefined ? maps.map(mapSource) : [setting.declarations]),
    ...functions.slice(1).map(([label, text]) => `SUB(${name}_${label},\n${body(text)})`),
    `SEC("${setting.section}") __naked int ${name}(void) { asm volatile(\n${body(functions[0]![1])}\n\t::: "memory"); }`,
    '',
  ].join('\n');
}

/** The main program and its functions (labels f1, f2, …, and cb1, … of callbacks). */
function split(lines: readonly string[]): [string, string[]][] {
  const out: [string, string[]][] = [['main', []]];
  for (const line of lines) {
    const label = /^((?:f|cb)\d+):$/.exec(line)?.[1];
    if (label !== undefined) out.push([label, []]);
    else out.at(-1)![1].push(line);
  }
  return out;
}

function spelling(line: string, name: string, maps: readonly string[]): string {
  const text = line
    .replace(/^(l\d+):$/, `${name}_$1:`)
    .replace(/\b(goto|gotol|may_goto) (l\d+)$/, `$1 ${name}_$2`)
    .replace(/^call ((?:f|cb)\d+)$/, `call ${name}_$1`)
    .replace(/= func ((?:f|cb)\d+)$/, `= ${name}_$1 ll`)
    .replace(/^call \w+#(\d+)$/, 'call $1')
    .replace(/atomic64_/, 'atomic_')
    .replace(/= (-?0x[0-9a-f]+)$/, '= $1 ll')
    .replace(
      /= map\[(\d+)\](?: \+(\d+))?$/,
      (_, index: string, off?: string) => `= ${maps[Number(index)] ?? 'map'}${off === undefined ? '' : ` + ${off}`} ll`,
    )
    .replace(/(r10|r\d) -(\d+)\)/, '$1 - $2)')
    .replace(/(r10|r\d) \+(\d+)\)/, '$1 + $2)');
  return text.endsWith(':') ? text : `${text};`;
}

function mapSource(map: NonNullable<Setting['maps']>[number]): string {
  return `struct { __uint(type, ${MAP_TYPES[map.type] ?? map.type}); __uint(key_size, ${map.keySize}); __uint(value_size, ${map.valueSize}); __uint(max_entries, ${map.maxEntries}); __uint(map_flags, ${map.flags}); } ${map.name} SEC(".maps");`;
}
