export * from './alu.ts';
export * from './branch.ts';
export * from './extend.ts';
export * from './format.ts';
export * from './sanity.ts';
export * from './scalar.ts';
export * from './tnum.ts';
export * from './within.ts';
export { synced, unbounded } from './bounds.ts';
