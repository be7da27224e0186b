export {
  ADD,
  AND,
  ARSH,
  DIV,
  END,
  LSH,
  MOD,
  MUL,
  NEG,
  OR,
  RSH,
  SUB,
  XOR,
  alu,
  forkOn,
  isComputable,
  type Fork,
} from './alu.ts';
export * from './branch.ts';
export * from './extend.ts';
export * from './format.ts';
export * from './sanity.ts';
export * from './scalar.ts';
export * from './tnum.ts';
export * from './within.ts';
export { ranged, synced, unbounded, type Ends } from './bounds.ts';
