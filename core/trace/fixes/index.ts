export { CURES } from './list.ts';
export { findFixes } from './search.ts';
export type { FixLimits } from './search.ts';
export { fixView } from './fix-view.ts';
export type { DifferenceLine, Fix, FixView } from './fix-view.ts';
export { GRADES } from './cure.ts';
export type { Grade } from './cure.ts';
