// Expressions of C source lines, found by the column that the compiler gives for an instruction. A line alone is no program: what cannot be
// told from it is null, and nobody guesses.

interface Token {
  readonly text: string;
  /** Offset in the line. */
  readonly at: number;
  readonly kind: 'name' | 'number' | 'string' | 'punct';
}

const TOKEN =
  /\s+|\/\*.*?(?:\*\/|$)|\/\/.*$|([A-Za-z_]\w*)|(\d[\w.]*)|("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(->|\+\+|--|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%&|^~!<>=?:;,.()[\]{}#\\@])/gy;

function tokensOf(line: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < line.length;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(line);
    if (match === null) {
      at++;
      continue;
    }
    const [text, name, number, string, punct] = match;
    if (name !== undefined) tokens.push({ text, at, kind: 'name' });
    else if (number !== undefined) tokens.push({ text, at, kind: 'number' });
    else if (string !== undefined) tokens.push({ text, at, kind: 'string' });
    else if (punct !== undefined) tokens.push({ text, at, kind: 'punct' });
    at += text.length;
  }
  return tokens;
}

/** Binary operators by how tightly they bind: a larger number binds closer. */
const BINDING: Readonly<Record<string, number>> = {
  '*': 10,
  '/': 10,
  '%': 10,
  '+': 9,
  '-': 9,
  '<<': 8,
  '>>': 8,
  '<': 7,
  '>': 7,
  '<=': 7,
  '>=': 7,
  '==': 6,
  '!=': 6,
  '&': 5,
  '^': 4,
  '|': 3,
  '&&': 2,
  '||': 1,
};
const ASSIGN: ReadonlySet<string> = new Set(['=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>=']);
const COMPARES: ReadonlySet<string> = new Set(['<', '>', '<=', '>=', '==', '!=']);
const TYPE_NAME =
  /^(?:unsigned|signed|const|volatile|struct|void|char|short|int|long|bool|_Bool|size_t|u?int\d+_t|_{0,2}[usb](?:e|le)?(?:8|16|32|64)|\w+_t)$/;
const KEYWORDS: ReadonlySet<string> = new Set([
  'if',
  'while',
  'for',
  'return',
  'else',
  'do',
  'switch',
  'case',
  'break',
  'continue',
  'goto',
  'sizeof',
]);

/** A comparison of the source: `i + 4 > sizeof(tab)`. */
export interface Comparison {
  readonly left: string;
  readonly op: string;
  readonly right: string;
}

/** What stands at a column of a line. */
export interface Expression {
  /** The expression itself: `*v`, `c->depth`, `i + 3`. */
  readonly text: string;
  /** The variable that it is put into and nothing else: `depth` in `u8 depth = c->depth;`. */
  readonly variable: string | null;
}

/** One line of C, read by columns. */
export class SourceLine {
  readonly #tokens: readonly Token[];

  constructor(readonly line: string) {
    this.#tokens = tokensOf(line);
  }

  /** The value that is read, computed or returned at a column (1-based, as the compiler counts). */
  expression(col: number): Expression | null {
    const i = this.#at(col);
    if (i < 0) return null;
    const token = this.#tokens[i]!;
    if (token.kind === 'name' && (KEYWORDS.has(token.text) || this.#isCall(i))) return this.#call(i);
    let from = i;
    let to: number;
    if (token.text === '++' || token.text === '--') {
      to = i - 1;
      from = this.#postfixStart(to);
    } else if (this.#isBinary(i)) {
      [from, to] = this.#operands(i, BINDING[token.text]!);
    } else if (ASSIGN.has(token.text) && token.text !== '=') {
      // What `x += y` reads and computes is x.
      to = i - 1;
      from = this.#postfixStart(to);
    } else if (token.kind === 'name') {
      from = this.#postfixStart(i);
      to = this.#postfixEnd(i);
    } else if (token.text === '*' || token.text === '(' || token.text === '&') {
      to = this.#unaryEnd(i);
    } else return null;
    if (from < 0 || to < from || to >= this.#tokens.length) return null;
    return { text: simplified(this.#text(from, to)), variable: this.#variable(from, to) };
  }

  /** The comparison whose operator stands at a column, or the only one of the condition that begins there; null when it is not one alone. */
  comparison(col: number): Comparison | null {
    const i = this.#at(col);
    if (i < 0) return null;
    if (COMPARES.has(this.#tokens[i]!.text)) return this.#comparisonAt(i);
    const range = this.#condition(i);
    if (range === null) return null;
    let found = -1;
    for (let k = range[0]; k <= range[1]; k++) {
      const { text } = this.#tokens[k]!;
      if (text === '&&' || text === '||' || text === '?' || text === '=') return null;
      if (COMPARES.has(text)) {
        if (found >= 0) return null;
        found = k;
      }
    }
    if (found >= 0) return this.#comparisonAt(found);
    // `if (x)` and `if (!x)` ask whether it is 0.
    let [from] = range;
    const to = range[1];
    let negated = false;
    while (this.#tokens[from]?.text === '!') {
      negated = !negated;
      from++;
    }
    if (from > to) return null;
    return { left: simplified(bare(this.#text(from, to))), op: negated ? '==' : '!=', right: '0' };
  }

  /** The whole condition around a column: what stands in the parentheses of its `if`, `while` or the middle of its `for`. */
  condition(col: number): string | null {
    const i = this.#at(col);
    if (i < 0) return null;
    const range = this.#condition(i);
    return range === null ? null : simplified(this.#text(range[0], range[1]));
  }

  /** What is assigned to at a column: the left side of `=`, `+=` or `++` there, or the variable that is declared there. */
  target(col: number): string | null {
    const i = this.#at(col);
    if (i < 0) return null;
    const token = this.#tokens[i]!;
    if (ASSIGN.has(token.text) || token.text === '++' || token.text === '--') {
      const prefix = (token.text === '++' || token.text === '--') && this.#tokens[i + 1]?.kind === 'name';
      if (prefix) return simplified(this.#text(i + 1, this.#postfixEnd(i + 1)));
      const from = this.#postfixStart(i - 1);
      return from < 0 ? null : simplified(this.#text(from, i - 1));
    }
    // `int n = 0`: the place of a declaration is its name.
    const declares = token.kind === 'name' && i > 0 && ['=', ';', ','].includes(this.#tokens[i + 1]?.text ?? '');
    return declares && !KEYWORDS.has(token.text) ? token.text : null;
  }

  /** The first argument of the macro or function that is called at a column, when it is one plain name: `i` of `bpf_for(i, 0, 10)`. */
  firstArgument(col: number): string | null {
    const i = this.#at(col);
    if (i < 0 || !this.#isCall(i)) return null;
    const argument = this.#tokens[i + 2];
    return argument?.kind === 'name' && this.#tokens[i + 3]?.text === ',' ? argument.text : null;
  }

  // Token that begins at a column, or the one that it lies in.
  #at(col: number): number {
    if (col <= 0) return -1;
    return this.#tokens.findIndex(({ at, text }) => at <= col - 1 && col - 1 < at + text.length);
  }

  #isCall(i: number): boolean {
    return this.#tokens[i]!.kind === 'name' && this.#tokens[i + 1]?.text === '(';
  }

  #call(i: number): Expression | null {
    if (!this.#isCall(i) || KEYWORDS.has(this.#tokens[i]!.text)) return null;
    const to = this.#close(i + 1);
    if (to < 0) return null;
    return { text: this.#text(i, to), variable: this.#variable(i, to) };
  }

  #isBinary(i: number): boolean {
    if (BINDING[this.#tokens[i]!.text] === undefined) return false;
    const before = this.#tokens[i - 1];
    if (before === undefined) return false;
    if (before.kind === 'name') return !KEYWORDS.has(before.text);
    return before.kind === 'number' || before.text === ']' || (before.text === ')' && !this.#isCast(i - 1));
  }

  // A parenthesis that ends here holds a type alone: `(volatile u32 *)`, `(long)`.
  #isCast(close: number): boolean {
    const open = this.#open(close);
    if (open < 0 || this.#tokens[open - 1]?.kind === 'name') return false;
    const inside = this.#tokens.slice(open + 1, close);
    if (inside.length === 0 || !inside.every(({ kind, text }) => kind === 'name' || text === '*')) return false;
    return inside.at(-1)!.text === '*' ? inside[0]!.kind === 'name' : inside.every(({ text }) => TYPE_NAME.test(text));
  }

  // Both operands of a binary operator, as far as its binding reaches.
  #operands(i: number, binding: number): [number, number] {
    let from = i - 1;
    for (let k = i - 1; k >= 0; k--) {
      const { text } = this.#tokens[k]!;
      if (text === ')' || text === ']') {
        k = this.#open(k);
        if (k < 0) return [-1, -1];
      } else if (this.#ends(k) || (this.#isBinary(k) && BINDING[text]! < binding)) break;
      from = k;
    }
    let to = i + 1;
    for (let k = i + 1; k < this.#tokens.length; k++) {
      const { text } = this.#tokens[k]!;
      if (text === '(' || text === '[') {
        k = this.#close(k);
        if (k < 0) return [-1, -1];
      } else if (this.#ends(k) || (this.#isBinary(k) && BINDING[text]! <= binding)) break;
      to = k;
    }
    return [from, to];
  }

  // A token at which every expression ends.
  #ends(k: number): boolean {
    const { text, kind } = this.#tokens[k]!;
    if (kind === 'name') return KEYWORDS.has(text) && text !== 'sizeof';
    return ASSIGN.has(text) || ['(', ')', '[', ']', '{', '}', ',', ';', '?', ':'].includes(text);
  }

  #comparisonAt(i: number): Comparison | null {
    const op = this.#tokens[i]!.text;
    const [from, to] = this.#operands(i, BINDING[op]!);
    if (from < 0 || from >= i || to <= i) return null;
    return { left: simplified(bare(this.#text(from, i - 1))), op, right: simplified(bare(this.#text(i + 1, to))) };
  }

  // The tokens of the condition that a token belongs to, or begins.
  #condition(i: number): [number, number] | null {
    const { text, kind } = this.#tokens[i]!;
    if (kind === 'name' && (text === 'if' || text === 'while')) {
      const close = this.#close(i + 1);
      return close < 0 ? null : [i + 2, close - 1];
    }
    if (text === 'for') return null;
    // Outwards to the parenthesis of an `if` or `while`.
    for (let k = i; k >= 0; k--) {
      const here = this.#tokens[k]!;
      if (k !== i && (here.text === ')' || here.text === ']')) k = this.#open(k);
      else if (here.text === ';' || here.text === '{') return null;
      else if (here.text === '(' && ['if', 'while'].includes(this.#tokens[k - 1]?.text ?? '')) {
        const close = this.#close(k);
        return close < 0 ? null : [k + 1, close - 1];
      }
      if (k < 0) return null;
    }
    return null;
  }

  #postfixStart(i: number): number {
    let k = i;
    for (;;) {
      const token = this.#tokens[k];
      if (token === undefined) return -1;
      if (token.text === ']' || token.text === ')') k = this.#open(k) - (token.text === ']' ? 1 : 0);
      if (k < 0) return -1;
      const before = this.#tokens[k - 1]?.text;
      if (before === '.' || before === '->') k -= 2;
      else if (token.text === ']') continue;
      else break;
    }
    // A parenthesis may hold what is followed: `(*s)[i]`.
    return k;
  }

  #postfixEnd(i: number): number {
    let k = i;
    for (;;) {
      const next = this.#tokens[k + 1]?.text;
      if ((next === '.' || next === '->') && this.#tokens[k + 2]?.kind === 'name') k += 2;
      else if (next === '[') {
        const close = this.#close(k + 1);
        if (close < 0) return k;
        k = close;
      } else return k;
    }
  }

  // Where an expression ends that begins with a unary operator, a cast or a parenthesis.
  #unaryEnd(i: number): number {
    let k = i;
    for (; k < this.#tokens.length; k++) {
      const token = this.#tokens[k]!;
      if (['*', '&', '~', '!', '-'].includes(token.text)) continue;
      if (token.text === '(') {
        const close = this.#close(k);
        if (close < 0) return -1;
        const next = this.#tokens[close + 1];
        const isCast = next !== undefined && (next.kind !== 'punct' || ['&', '*', '('].includes(next.text));
        if (!isCast) return this.#postfixEnd(close);
        k = close;
      } else if (token.kind === 'name' && this.#isCall(k)) return this.#close(k + 1);
      else if (token.kind === 'name' || token.kind === 'number') return this.#postfixEnd(k);
      else return -1;
    }
    return -1;
  }

  // The variable to which tokens `from..to` are assigned, and nothing besides.
  #variable(from: number, to: number): string | null {
    let open = from;
    let close = to;
    while (this.#tokens[open - 1]?.text === '(' && this.#tokens[close + 1]?.text === ')') {
      if (this.#tokens[open - 2]?.kind === 'name') break;
      open--;
      close++;
    }
    // A cast before it changes nothing of what it is.
    if (this.#tokens[open - 1]?.text === ')') {
      const cast = this.#open(open - 1);
      if (cast < 0 || this.#tokens[cast - 1]?.text !== '=') return null;
      open = cast;
    }
    if (this.#tokens[open - 1]?.text !== '=') return null;
    const after = this.#tokens[close + 1]?.text ?? ';';
    if (![';', ',', ')'].includes(after)) return null;
    const start = this.#postfixStart(open - 2);
    return start < 0 ? null : simplified(this.#text(start, open - 2));
  }

  #close(i: number): number {
    let depth = 0;
    for (let k = i; k < this.#tokens.length; k++) {
      const { text } = this.#tokens[k]!;
      if (text === '(' || text === '[') depth++;
      else if (text === ')' || text === ']') if (--depth === 0) return k;
    }
    return -1;
  }

  #open(i: number): number {
    let depth = 0;
    for (let k = i; k >= 0; k--) {
      const { text } = this.#tokens[k]!;
      if (text === ')' || text === ']') depth++;
      else if (text === '(' || text === '[') if (--depth === 0) return k;
    }
    return -1;
  }

  #text(from: number, to: number): string {
    const first = this.#tokens[from];
    const last = this.#tokens[to];
    if (first === undefined || last === undefined) return '';
    return this.line.slice(first.at, last.at + last.text.length).replace(/\s+/g, ' ');
  }
}

// `*(volatile u32 *)&x` and `(long)x` are x as far as a reader is concerned.
const simplified = (text: string): string =>
  text
    .replace(/\*\s*\(\s*(?:volatile|const)\b[\w\s]*\*\s*\)\s*&\s*/g, '')
    .replace(
      /^\((?:unsigned |signed )?(?:void|char|short|int|long|u?int\d+_t|[us](?:8|16|32|64)|__[us]\d+|bool)\s*\**\)\s*(?=[\w(*&])/,
      '',
    )
    .trim();

// Without parentheses around the whole.
function bare(text: string): string {
  let inner = text.trim();
  while (inner.startsWith('(') && inner.endsWith(')')) {
    let depth = 0;
    let whole = true;
    for (let k = 0; k < inner.length - 1; k++) {
      if (inner[k] === '(') depth++;
      else if (inner[k] === ')' && --depth === 0) whole = false;
    }
    if (!whole) return inner;
    inner = inner.slice(1, -1).trim();
  }
  return inner;
}

/** The variable whose address a line hands to a function as its first argument: `it` of `f(&it, 0, 10)`. */
export const addressedArgument = (line: string, callee: string): string | undefined =>
  new RegExp(`${callee}\\s*\\(\\s*&\\s*(\\w+)`).exec(line)?.[1];

const LITERAL = /^-?(?:0x[\da-f]+|\d+)[ul]*$/i;

/** The number that a plain literal of C is; null for anything else. */
export function numberLiteral(text: string): bigint | null {
  if (!LITERAL.test(text)) return null;
  const digits = text.replace(/[ul]+$/i, '');
  // A leading 0 makes it octal: rare, and not worth a mistake.
  if (/^-?0\d/.test(digits)) return null;
  return digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits);
}
