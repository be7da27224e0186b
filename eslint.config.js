import js from '@eslint/js';
import ts from 'typescript-eslint';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import svelteConfig from './svelte.config.js';

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'artifacts/', 'build/', 'test-results/', 'tests/golden/', '.svelte-check/'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.es2021 } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      'no-constant-condition': ['error', { checkLoops: false }],
      // What one reads at a sitting. Tables that are written by a script are not read.
      'max-lines': ['error', { max: 600 }],
    },
  },
  // The interpreter's loop over all instructions is one switch: measured, and slower in parts.
  { files: ['core/vm/interp/dispatch.ts'], rules: { 'max-lines': 'off' } },
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
              regex: '(^|/)electron(?!/ipc-contract)(/|$)|^node:',
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
      // Checks names of files, which are an input.
      'core/trace/import/index.ts',
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
