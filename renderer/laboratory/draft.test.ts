import { describe, expect, test } from 'vitest';
import { draftOf, draftText, EMPTY, fieldName, isWithin, put, saysNothing, valueAt } from './draft.ts';
import type { Json, Path } from './draft.ts';
import { parsed, shown } from './field-text.ts';
import type { FieldKind } from './field-text.ts';

const value = { a: [{ b: 1 }, { b: 2 }], c: { d: 'x' } };

test.each<[string, Path, Json | undefined, Json | undefined]>([
  ['a field', ['c', 'd'], 'y', { ...value, c: { d: 'y' } }],
  ['a field that was not there', ['c', 'e', 'f'], 1, { ...value, c: { d: 'x', e: { f: 1 } } }],
  ['an element', ['a', 1, 'b'], 3, { ...value, a: [{ b: 1 }, { b: 3 }] }],
  ['one more element', ['a', 2], { b: 3 }, { ...value, a: [...value.a, { b: 3 }] }],
  ['an element is taken away', ['a', 0], undefined, { ...value, a: [{ b: 2 }] }],
  ['a field is taken away, with what it leaves empty', ['c', 'd'], undefined, { a: value.a }],
  ['an empty object that is put stays', ['c'], {}, { ...value, c: {} }],
])('put: %s', (_name, path, given, after) => {
  const before = structuredClone(value);
  expect(put(value, path, given)).toEqual(after);
  expect(value).toEqual(before);
});

test('the last entry of a list takes the list along, and what held it', () => {
  expect(put({ new: { parameters: [{ name: 'x' }] }, n: 1 }, ['new', 'parameters', 0], undefined)).toEqual({ n: 1 });
});

test('a value at a path that is not there is undefined, whatever stands in its way', () => {
  expect(valueAt(value, ['a', 1, 'b'])).toBe(2);
  expect(valueAt(value, ['a', 'b'])).toBeUndefined();
  expect(valueAt(value, ['c', 0])).toBeUndefined();
  expect(valueAt(null, ['c'])).toBeUndefined();
});

test('a field is named as messages name it', () => {
  const name = fieldName(['iterators', 0, 'new', 'parameters', 1, 'type']);
  expect(name).toBe('iterators[0].new.parameters[1].type');
  expect(isWithin(name, 'iterators[0].new')).toBe(true);
  expect(isWithin(name, 'iterators[0].new.parameters')).toBe(true);
  expect(isWithin('iterators[0].newer', 'iterators[0].new')).toBe(false);
});

describe('texts of JSON', () => {
  test('one iterator is a model that has it; a model keeps what the form does not show', () => {
    const one = { name: 'x', element: 'int', generator: { kind: 'bits', mask: 1 } };
    expect(draftOf(JSON.stringify(one))).toEqual({ iterators: [one] });
    const model = { title: 't', limits: { processed: 10 }, rulesOff: ['destroy'] };
    expect(draftOf(JSON.stringify(model))).toEqual({ ...model, iterators: [] });
    expect(draftOf(draftText(draftOf(JSON.stringify(model))))).toEqual({ ...model, iterators: [] });
  });
  test.each([
    ['{', /^no JSON: /],
    ['[]', 'is an object'],
    ['{"iterators": 3}', 'iterators: a list of objects'],
    ['{"iterators": [3]}', 'iterators: a list of objects'],
    ['{"rulesOff": "destroy"}', 'rulesOff: a list of rules'],
  ])('%s is no draft', (text, message) => expect(() => draftOf(text)).toThrow(message));
  test('what says nothing', () => {
    expect(saysNothing(EMPTY)).toBe(true);
    expect(saysNothing({ iterators: [], rulesOff: [] })).toBe(true);
    expect(saysNothing({ iterators: [], rulesOff: ['size'] })).toBe(false);
  });
});

test.each<[FieldKind, string, Json | undefined]>([
  ['text', 'Even numbers ', 'Even numbers '],
  ['text', '  ', undefined],
  ['number', ' 12 ', 12],
  ['number', 'twelve', 'twelve'],
  ['number', '18446744073709551615', '18446744073709551615'],
  ['amount', 'from', { parameter: 'from' }],
  ['amount', '-3', -3],
  ['amount', '0x10', '0x10'],
  ['values', '2, 3 5', [2, 3, 5]],
  ['values', '[{"pid": 1}]', [{ pid: 1 }]],
  ['values', '[{"pid":', '[{"pid":'],
  ['words', 'KF_ITER_NEXT, KF_RET_NULL', ['KF_ITER_NEXT', 'KF_RET_NULL']],
  ['json', '{"value": 1}', { value: 1 }],
  ['json', '{"value":', '{"value":'],
])('a field of %s: %s', (kind, typed, given) => {
  expect(parsed(kind, typed)).toEqual(given);
  // What is shown is read as the same again.
  expect(parsed(kind, shown(kind, given))).toEqual(given);
});
