const GPL: readonly string[] = [
  'GPL',
  'GPL v2',
  'GPL and additional rights',
  'Dual BSD/GPL',
  'Dual MIT/GPL',
  'Dual MPL/GPL',
];

/** Whether a program with this licence may use what the kernel keeps for programs under the GPL. */
export function gplCompatible(license: string): boolean {
  return GPL.includes(license);
}
