import { expect, test } from 'vitest';
import { parseKernelConfig, shippedConfig } from './config.ts';

test('a configuration is read as the kernel writes it', () => {
  const text = 'CONFIG_A=y\n# CONFIG_B is not set\n\nCONFIG_C="x y"\nCONFIG_D=0x10\nCONFIG_E=m\n';
  expect([...parseKernelConfig(text)]).toEqual([
    ['CONFIG_A', 'y'],
    ['CONFIG_C', '"x y"'],
    ['CONFIG_D', '0x10'],
    ['CONFIG_E', 'm'],
  ]);
});

test('the shipped one is a distribution’s, whole', () => {
  const config = shippedConfig();
  expect(config.size).toBe(7034);
  expect(config.get('CONFIG_HZ')).toBe('250');
  expect(config.get('CONFIG_CGROUPS')).toBe('y');
  expect(config.get('CONFIG_BTRFS_FS')).toBe('m');
  expect(config.get('CONFIG_LOCALVERSION')).toBe('""');
  expect(config.get('CONFIG_CC_VERSION_TEXT')).toMatch(/^".*gcc.*"$/);
  expect(config.has('CONFIG_BPF_KPROBE_OVERRIDE')).toBe(false);
});
