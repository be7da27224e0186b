import type { Json } from './draft.ts';

/** How a field is written: as text, a whole number, a number or the name of an argument, a list of values, words, or JSON. */
export type FieldKind = 'text' | 'number' | 'amount' | 'values' | 'words' | 'json';

const INTEGER = /^-?\d+$/;
const NAME = /^[A-Za-z_]\w*$/;

/** A number as JSON holds it exactly; else as it was typed, about which the check has its say. */
function number(text: string): Json {
  return INTEGER.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text;
}

function json(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** What was typed in a field, as its value; undefined for nothing. */
export function parsed(kind: FieldKind, typed: string): Json | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  switch (kind) {
    case 'text':
      return typed;
    case 'number':
      return number(text);
    case 'amount':
      return NAME.test(text) ? { parameter: text } : number(text);
    case 'words':
      return text.split(/[\s,]+/).filter((word) => word !== '');
    case 'values':
      return /^[[{"]/.test(text) ? (json(text) ?? text) : text.split(/[\s,]+/).map(number);
    case 'json':
      return json(text) ?? text;
  }
}

/** A value as it is shown in its field. */
export function shown(kind: FieldKind, value: Json | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (kind === 'amount' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const { parameter, ...more } = value as Record<string, Json>;
    if (typeof parameter === 'string' && Object.keys(more).length === 0) return parameter;
  }
  const flat = Array.isArray(value) && value.every((one) => typeof one === 'number' || typeof one === 'string');
  if (flat && kind === 'words') return (value as readonly Json[]).join(' ');
  if (flat && kind === 'values') return (value as readonly Json[]).join(', ');
  return JSON.stringify(value, null, 1);
}
