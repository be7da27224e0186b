import { describe, expect, it } from 'vitest';
import { ShapeError } from '../core/base/validate.ts';
import type { CallName } from './ipc-contract.ts';
import { calls, checkCall, notes } from './ipc-contract.ts';

describe('calls are checked where they arrive', () => {
  const bytes = new Uint8Array([1, 2]);
  it.each<[CallName, unknown[]]>([
    ['ready', []],
    ['pick', []],
    ['save', [{ name: 'x.iterscope', bytes }]],
    ['title', ['sum · Iterscope']],
    ['pickFolder', []],
    ['dropped', ['/home/ada/lessons']],
    ['theme', ['dark']],
    ['beside', ['sum.bpf.o', ['sum.bpf.c']]],
    ['compiler', []],
    ['compile', ['x.bpf.c', 'int x;']],
  ])('%s %j', (name, args) => {
    expect(checkCall(name, args)).toEqual(args);
  });

  it.each<[CallName, unknown[]]>([
    ['ready', ['more']],
    ['save', [{ name: 'x', bytes: 'text' }]],
    ['save', [{ bytes }]],
    ['save', []],
    ['title', [7]],
    ['title', ['x'.repeat(501)]],
    ['dropped', [7]],
    ['dropped', []],
    ['theme', ['blue']],
    ['beside', ['sum.bpf.o']],
    ['beside', ['x'.repeat(256), []]],
    ['beside', ['sum.bpf.o', [7]]],
    ['compile', ['x.bpf.c']],
    ['compile', ['x'.repeat(256), '']],
  ])('%s refuses %j', (name, args) => {
    expect(() => checkCall(name, args)).toThrow(ShapeError);
  });
});

describe('what main sends is checked by the preload', () => {
  it('notes', () => {
    expect(notes.command('open', 'command')).toBe('open');
    expect(() => notes.command('rm -rf', 'command')).toThrow(ShapeError);
    expect(() => notes.open([{ name: 'x' }], 'open')).toThrow(ShapeError);
    expect(notes.changed({ name: 'x.zip', bytes: new Uint8Array() }, 'changed').name).toBe('x.zip');
    expect(() => notes.changed('x.zip', 'changed')).toThrow(ShapeError);
    expect(() => notes.unreadable('x'.repeat(1001), 'unreadable')).toThrow(ShapeError);
  });
  it('results', () => {
    expect(calls.save.result(true, 'save')).toBe(true);
    expect(calls.pick.result([], 'pick')).toEqual([]);
    expect(() => calls.save.result('yes', 'save')).toThrow(ShapeError);
  });
});
