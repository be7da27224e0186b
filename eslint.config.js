import js from '@eslint/js';
import ts from 'typescript-eslint';
import svelte from 'eslint-plugin-svelte';
import importX from 'eslint-plugin-import-x';
import globals from 'globals';
import svelteConfig from './svelte.config.js';

// The floors of core/, from the ground up. A floor may import itself and the floors below it, nothing else.
// Rooms on one floor (verifier and vm; isa and btf; shell and lesson) do not import each other.
const floors = [
  ['base'],
  ['isa', 'btf'],
  ['elf'],
  ['kernel'],
  ['verifier', 'vm'],
  ['trace'],
  ['shell', 'lesson'],
  ['engine'],
];

const floorRules = floors.flatMap((rooms, level) =>
  rooms.map((room) => {
    const forbidden = floors.flatMap((others, l) => (l >= level ? others : [])).filter((other) => other !== room);
    return {
      files: [`core/${room}/**/*.ts`],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              {
                regex: `^(\\.\\./)+(${[...forbidden, 'core', 'renderer', 'electron', 'tests', 'lessons'].join('|')})(/|$)`,
                message: `core/${room} may import only the floors below it (docs/architecture.md)`,
              },
              { regex: '^(node:|electron$|koffi$|svelte)', message: 'core knows no Node, no Electron, no screen' },
            ],
          },
        ],
      },
    };
  }),
);

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'artifacts/', 'test-results/', 'tests/golden/', '.svelte-check/'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    plugins: { 'import-x': importX },
    languageOptions: { globals: { ...globals.es2021 } },
    settings: {
      'import-x/resolver': { node: { extensions: ['.ts', '.js', '.svelte'] } },
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      'no-constant-condition': ['error', { checkLoops: false }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig }, globals: { ...globals.browser } },
  },
  {
    files: ['renderer/**'],
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '(^|/)electron(/|$)|^node:',
              message: 'the renderer reaches its host only through the host object',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['node/**', 'cli/**', 'oracle/**', 'electron/**', 'scripts/**', 'tests/**', '*.config.*'],
    languageOptions: { globals: { ...globals.node } },
  },
  ...floorRules,
  // No fact is read from text: what a rejection, a step or an instruction is stands in its data. Messages, log text, disassembly and names of functions
  // are there to be shown.
  {
    files: ['core/trace/**/*.ts', 'core/follow/**/*.ts', 'core/verifier/**/*.ts'],
    ignores: [
      '**/*.test.ts',
      // These read lines of C source, which are an input.
      'core/trace/explain/c-source.ts',
      'core/trace/explain/names.ts',
      'core/trace/explain/written-line.ts',
      // Sets digits in groups of three, and finds powers of two by their digits.
      'core/trace/query/numbers.ts',
      // Checks names of files in an archive, which are an input.
      'core/trace/record/archive.ts',
    ],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'Literal[regex]', message: 'no fact is read from text: let what knows it say it as data' },
        {
          selector: ':matches(NewExpression, CallExpression)[callee.name="RegExp"]',
          message: 'no fact is read from text: let what knows it say it as data',
        },
        {
          selector: 'CallExpression[callee.property.name=/^(match|matchAll|search)$/]',
          message: 'no fact is read from text: let what knows it say it as data',
        },
        {
          selector:
            'CallExpression[callee.property.name=/^(includes|startsWith|endsWith|indexOf)$/][callee.object.property.name="message"]',
          message: 'a message is shown, not read',
        },
      ],
    },
  },
  {
    files: ['renderer/**/*.ts', 'renderer/**/*.svelte'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'CallExpression[callee.property.name=/^(match|matchAll|search|replace|replaceAll)$/][callee.object.property.name=/^(message|log|insn)$/]',
          message: 'a message is shown, not read',
        },
        {
          selector:
            'CallExpression[callee.property.name=/^(test|exec)$/] > MemberExpression.arguments[property.name=/^(message|log|insn)$/]',
          message: 'a message is shown, not read',
        },
      ],
    },
  },
);
