// Which room may import which, type imports included, and no circles anywhere. `npm run check:rooms` asks.

// The floors of core/, from the ground up: a floor may import itself and the floors below it. Rooms on one floor do not import each other.
const floors = [
  ['base'],
  ['isa', 'btf'],
  ['elf'],
  ['kernel'],
  ['verifier', 'vm'],
  ['trace'],
  ['follow'],
  ['shell', 'lesson', 'reference'],
  ['engine'],
];

// What stands around core/: each may import core/ and the rooms that it names.
const around = {
  node: [],
  oracle: ['node'],
  cli: ['node', 'oracle'],
  electron: ['node', 'oracle/kernel'],
  renderer: ['electron/ipc-contract'],
  scripts: [],
  tests: ['node', 'oracle', 'cli', 'electron', 'renderer', 'scripts'],
};

const ROOMS = Object.keys(around);

const floorRules = floors.flatMap((rooms, level) =>
  rooms.map((room) => ({
    name: `floor-${room}`,
    severity: 'error',
    comment: `core/${room} may import only the floors below it (docs/architecture.md)`,
    from: { path: `^core/${room}/` },
    to: {
      path: `^core/(${floors
        .flatMap((others, l) => (l >= level ? others : []))
        .filter((other) => other !== room)
        .join('|')})/`,
    },
  })),
);

const roomRules = ROOMS.map((room) => ({
  name: `room-${room}`,
  severity: 'error',
  comment: `${room}/ may import core/${around[room].map((other) => `, ${other}`).join('')} and nothing else of the project`,
  from: { path: `^${room}/` },
  to: { path: `^(${ROOMS.join('|')})/`, pathNot: [room, ...around[room]].map((other) => `^${other}(/|\\.)`) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'files do not import each other in a ring',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-alone',
      severity: 'error',
      comment: 'core knows no Node, no Electron, no screen',
      from: { path: '^core/', pathNot: '\\.test\\.ts$' },
      to: { path: `^(${ROOMS.join('|')})/|^node_modules/(electron|koffi|svelte)` },
    },
    {
      name: 'core-no-node',
      severity: 'error',
      comment: 'core knows no Node',
      from: { path: '^core/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    ...floorRules,
    ...roomRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|artifacts)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.node.json' },
  },
};
