/**
 * Makes the configuration that ships with the app from a distribution's:
 *
 *     tsx oracle/tables/kernel-config.ts /boot/config-6.18.15+deb13-amd64 core/kernel/rules/configs/debian-6.18.ts DEBIAN_6_18
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseKernelConfig } from '../../core/kernel/rules/configs/config.ts';

const [source, target, name] = process.argv.slice(2);
if (source === undefined || target === undefined || name === undefined) throw new Error('SOURCE TARGET NAME');
const config = parseKernelConfig(readFileSync(source, 'utf8'));
const lines: string[] = [];
for (const state of ['y', 'm']) {
  const names = [...config].filter(([, value]) => value === state).map(([option]) => option.slice('CONFIG_'.length));
  // One line for each first letter, so that differences between two releases can be read.
  const letters = new Map<string, string[]>();
  for (const option of names.sort()) letters.set(option[0]!, [...(letters.get(option[0]!) ?? []), option]);
  for (const group of letters.values()) lines.push(`${state} ${group.join(' ')}`);
}
for (const [option, value] of config)
  if (value !== 'y' && value !== 'm') lines.push(`${option.slice('CONFIG_'.length)}=${value}`);
const text = lines.join('\n').replace(/[\\`]|\$\{/g, '\\$&');
writeFileSync(
  target,
  `// Written by oracle/tables/kernel-config.ts from ${basename(source)}.\n\n` +
    `/** See \`configOf\`. */\nexport const ${name} = \`${text}\`;\n`,
);
console.log(`${target}: ${config.size} options`);
