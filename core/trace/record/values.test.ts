import { expect, test } from 'vitest';
import type { MapDef } from '../../elf/object.ts';
import { PTR_TO_BTF_ID, PTR_TO_MAP_VALUE, Reg } from '../../verifier/values/reg.ts';
import type { RegFields } from '../../verifier/values/reg.ts';
import { Scalar } from '../../verifier/values/scalar/scalar.ts';
import { ValueTable } from './values.ts';

const map: MapDef = {
  name: 'm',
  type: 2,
  keySize: 4,
  valueSize: 8,
  maxEntries: 1,
  flags: 0,
  frozen: false,
  btfKeyTypeId: 0,
  btfValueTypeId: 0,
};

// One value for each field that a register may have: the compiler asks for those of a new one.
const FIELDS: Readonly<Record<keyof RegFields, RegFields[keyof RegFields]>> = {
  type: PTR_TO_MAP_VALUE,
  off: -16,
  scalar: Scalar.known(7n),
  id: 3,
  refObjId: 4,
  precise: true,
  delta: -5,
  map,
  mapUid: 6,
  memSize: 64,
  dynptrId: 9,
  btfOf: 1,
  btfId: 77,
  frameno: 2,
  range: 12,
  subprog: 8,
};

test.each(Object.entries(FIELDS))('a register’s %s survives the table', (name, value) => {
  const table = new ValueTable([map]);
  const reg = Reg.pointer(PTR_TO_BTF_ID).with({ [name]: value });
  const back = table.getReg(table.reg(reg));
  for (const field of Object.keys(FIELDS) as (keyof RegFields)[])
    if (field !== 'scalar') expect(back?.[field], field).toBe(reg[field]);
  expect(back?.scalar.equals(reg.scalar)).toBe(true);
});

test('registers that differ in one field alone have numbers of their own', () => {
  const table = new ValueTable([map]);
  const numbers = Object.entries(FIELDS).map(([name, value]) =>
    table.reg(Reg.pointer(PTR_TO_BTF_ID).with({ [name]: value })),
  );
  expect(new Set([...numbers, table.reg(Reg.pointer(PTR_TO_BTF_ID))]).size).toBe(numbers.length + 1);
});
