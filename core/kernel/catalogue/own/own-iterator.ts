import { errnoNumber } from '../../../base/errno.ts';
import { ShapeError, within } from '../../../base/validate.ts';
import type { Btf, BtfType } from '../../../btf/btf.ts';
import type { Behaviour, IteratorDescriptor, KfuncDescriptor } from '../descriptor.ts';
import { KF_ITER_DESTROY, KF_ITER_NEW, KF_ITER_NEXT, KF_RET_NULL } from '../descriptor.ts';
import { findType, hasIterator } from '../iterators/declare.ts';
import { behavioursOf, MEMORY, NULLS, VALUE } from './behaviour.ts';
import type { Argument, Plan } from './behaviour.ts';
import { BREAKS } from './definition.ts';
import type { Declared, Failure, IteratorDefinition } from './definition.ts';
import { sequenceOf } from './generators.ts';
import { afterIterator, pointedTo } from './prototype.ts';
import type { Amount, Sequence } from './sequence.ts';
import { fits, laidOut, numberType } from './layout.ts';
import type { NumberType, PlacedField } from './layout.ts';
import { numberAt, objectsOf } from './objects.ts';
import { THINGS } from './things.ts';
import type { Condition, FieldPlace } from './things.ts';

/** An iterator of one's own, ready to be registered: what the verifier and the machine need, and its state's inside for a header. */
export interface OwnIterator {
  readonly definition: IteratorDefinition;
  readonly descriptor: IteratorDescriptor;
  readonly fields: readonly PlacedField[];
  /** What it gives, and what it breaks on purpose, in sentences. */
  readonly doc: string;
}

/**
 * Makes an iterator of a definition for a kernel, whose types it names.
 * @param at where the definition lies in its file; empty when it is the file
 * @throws ShapeError with the field's path and the rule, where its parts do not fit together or the kernel does not have a type
 */
export function ownIterator(definition: IteratorDefinition, btf: Btf, at = ''): OwnIterator {
  return new Maker(withParameters(definition, at), btf, at).make();
}

/** A definition whose constructor has the parameters that its prototype, if that is written out, gives it. */
function withParameters(definition: IteratorDefinition, at: string): IteratorDefinition {
  const written = definition.prototypes?.new;
  if (written === undefined) return definition;
  if (definition.new?.parameters !== undefined)
    throw new ShapeError(within(at, 'new.parameters'), 'prototypes.new says which there are');
  const { doc, fails } = { doc: undefined, fails: undefined, ...definition.new };
  return { ...definition, new: { doc, fails, parameters: afterIterator(written) } };
}

/** The slot of the stack. */
const SLOT = 8;

class Maker {
  private readonly sequence: Sequence;
  private readonly parameters: readonly Declared[];
  private readonly arguments: readonly Argument[];

  constructor(
    private readonly definition: IteratorDefinition,
    private readonly btf: Btf,
    private readonly at: string,
  ) {
    this.sequence = sequenceOf(definition.generator, (condition, i) => this.thingField(condition, i));
    this.parameters = definition.new?.parameters ?? [];
    this.arguments = this.parameters.map(({ name, type }) => ({ name, type: numberType(btf, type) }));
  }

  /** Where a field lies that a condition looks at. */
  private thingField({ field }: Condition, i: number): FieldPlace {
    const { generator } = this.definition;
    if (generator.kind !== 'things') return this.fail('generator.where', 'only things have fields');
    const structure = this.btf.type(this.btf.find('struct', THINGS[generator.of].struct));
    if (structure.kind !== 'struct')
      return this.fail('generator.of', `the kernel has no struct ${THINGS[generator.of].struct}`);
    return numberAt(this.btf, structure, field, within(this.at, `generator.where[${i}].field`));
  }

  make(): OwnIterator {
    const { definition, sequence } = this;
    this.name();
    this.checkParameters();
    this.checkPrototypes();
    const element = this.element();
    const { fields, size } = this.state(element);
    this.checkMethods(element);
    if (definition.breaks?.includes('keeps-memory') === true && !('at' in element && holdsMemory(element.at)))
      this.fail(
        'breaks',
        "'keeps-memory' needs memory: elementAt memory, or elements that are structures of one's own",
      );
    const plan: Plan = {
      sequence,
      fields,
      size,
      arguments: this.arguments,
      fails: this.failing(),
      element,
      breaks: new Set(definition.breaks),
    };
    const doc = this.words();
    return { definition, descriptor: this.descriptor(plan, doc), fields, doc };
  }

  private fail(field: string, reason: string): never {
    throw new ShapeError(within(this.at, field), reason);
  }

  private name(): void {
    const { name } = this.definition;
    if (hasIterator(this.btf, name)) this.fail('name', `the kernel has a struct bpf_iter_${name} already`);
  }

  private checkParameters(): void {
    this.parameters.forEach(({ name, type }, i) => {
      const written = this.definition.prototypes?.new !== undefined;
      const path = (field: string): string => (written ? 'prototypes.new' : `new.parameters[${i}].${field}`);
      if (name === 'it' && !written) this.fail(path('name'), "'it' is the iterator itself");
      if (!this.known(type)) this.fail(path('type'), `the kernel has no type '${type}'`);
      if (this.arguments[i]!.type === null && !type.trim().endsWith('*'))
        this.fail(path('type'), `'${type}' is neither a number nor a pointer`);
    });
    const { generator } = this.definition;
    for (const [field, given] of Object.entries(generator) as [string, Amount][])
      this.amount(`generator.${field}`, given);
    if (generator.kind === 'things')
      generator.where.forEach((condition, i) => {
        for (const [how, given] of Object.entries(condition)) this.amount(`generator.where[${i}].${how}`, given);
      });
    if (generator.kind === 'range' && generator.step === 0n) this.fail('generator.step', 'a step of 0 leads nowhere');
    if (generator.kind === 'list' && typeof generator.first === 'bigint') {
      const { first, values } = generator;
      if (first < 0n || first >= BigInt(values.length))
        this.fail('generator.first', `${first} is no index of ${values.length} values, from 0`);
    }
    this.definition.new?.fails?.forEach((one, i) => this.amount(`new.fails[${i}]`, { parameter: one.parameter }));
    if (this.definition.breaks?.includes('leaves-state') === true && this.neverFails())
      this.fail('breaks', "'leaves-state' needs a constructor that fails: new.fails says when");
  }

  /** No argument can lead the constructor to an error. */
  private neverFails(): boolean {
    const { generator } = this.definition;
    const told = Object.values(generator).every((value) => !isReference(value));
    return told && (this.definition.new?.fails ?? []).length === 0;
  }

  private known(type: string): boolean {
    const words = type.trim().replace(/^((const|volatile) )+/, '');
    if (!words.endsWith('*')) return findType(this.btf, words) !== 0;
    const target = words.slice(0, -1).trim();
    return target === 'void' || this.known(target);
  }

  /** Types that prototypes name are there, and what next points to is an element. What else they are is for whoever registers them to look at. */
  private checkPrototypes(): void {
    for (const method of ['new', 'next', 'destroy'] as const) {
      const one = this.definition.prototypes?.[method];
      if (one === undefined) continue;
      const path = `prototypes.${method}`;
      for (const { type } of [{ type: one.result }, ...one.parameters]) {
        const words = type
          .replace(/\b(const|volatile|restrict)\b/g, '')
          .replace(/\s+/g, ' ')
          .trim();
        const isModule = words.startsWith('struct ') && words.endsWith('*');
        if (words !== 'void' && !isModule && !this.known(words)) this.fail(path, `the kernel has no type '${type}'`);
      }
      const target = method === 'next' ? pointedTo(one.result) : null;
      const { element } = this.definition;
      if (target !== null && target !== element)
        this.fail(path, `it gives a pointer to ${target}, and an element is ${element}`);
    }
  }

  /** An argument that is referred to is there, and a number. */
  private amount(path: string, given: unknown): void {
    if (!isReference(given)) return;
    const argument = this.arguments.find(({ name }) => name === given.parameter);
    if (argument === undefined) this.fail(`${path}.parameter`, `new has no parameter '${given.parameter}'`);
    if (argument.type === null) this.fail(`${path}.parameter`, `'${given.parameter}' is a pointer, not a number`);
  }

  private element(): Plan['element'] {
    const { element: words, elementAt, generator } = this.definition;
    if (generator.kind === 'things') {
      const { struct } = THINGS[generator.of];
      if (words !== `struct ${struct}`) this.fail('element', `${generator.of} are struct ${struct}, not ${words}`);
      if (elementAt === 'state') this.fail('elementAt', `a ${words} lies in memory of the kernel, not in the state`);
      return { at: 'things' };
    }
    const number = numberType(this.btf, words);
    if (number !== null) {
      this.checkNumbers(number, words);
      return { at: elementAt ?? 'state', type: number };
    }
    const id = words.endsWith('*') ? 0 : findType(this.btf, words);
    if (id === 0) this.fail('element', `the kernel has no type '${words}' that an element could be`);
    const type: BtfType = this.btf.skipModifiers(id);
    if (type.kind !== 'struct') this.fail('element', `'${words}' is neither a number nor a structure`);
    const { literals } = this.sequence;
    if (literals === null)
      this.fail('generator.kind', `'${generator.kind}' gives numbers, and an element is a ${words}`);
    if (elementAt === 'state') this.fail('elementAt', `a ${words} lies in memory of the kernel, not in the state`);
    return { at: 'objects', ...objectsOf(this.btf, type, literals, (i) => within(this.at, this.literalPath(i))) };
  }

  private checkNumbers(type: NumberType, words: string): void {
    this.sequence.literals?.forEach((literal, i) => {
      const path = this.literalPath(i);
      if (typeof literal !== 'bigint') this.fail(path, `an object, and an element is a ${words}`);
      if (!fits(type, literal)) this.fail(path, `${literal} does not fit in ${words}`);
    });
  }

  private literalPath(index: number): string {
    return this.definition.generator.kind === 'tree' ? 'generator.root' : `generator.values[${index}]`;
  }

  private state(element: Plan['element']): { readonly fields: readonly PlacedField[]; readonly size: number } {
    const { definition, sequence } = this;
    const { breaks = [], state, size } = { ...definition, breaks: definition.breaks ?? [] };
    if (state !== undefined && size !== undefined) this.fail('size', 'the layout in state.fields says how large it is');
    const needed = [
      ...sequence.fields,
      ...(element.at === 'state'
        ? [{ name: VALUE, type: definition.element, size: element.type.size }]
        : element.at === 'things'
          ? []
          : [{ name: MEMORY, type: 'u64', size: 8 }]),
      ...(breaks.includes('resurrects') ? [{ name: NULLS, type: 'u32', size: 4 }] : []),
    ];
    const placed = laidOut(state === undefined ? bySize(needed) : state.fields.map((field, i) => this.field(field, i)));
    for (const need of needed) {
      const found = placed.fields.find(({ name }) => name === need.name);
      if (found === undefined)
        this.fail(
          'state.fields',
          `generator '${definition.generator.kind}' keeps '${need.name}' (${need.type}): there is none`,
        );
      if (found.size !== need.size)
        this.fail('state.fields', `'${need.name}' has ${found.size} bytes; ${need.type} has ${need.size}`);
    }
    const whole = size ?? Math.ceil(placed.end / SLOT) * SLOT;
    if (whole < placed.end)
      this.fail('size', `${whole} bytes; ${needed.map(({ name }) => name).join(', ')} need ${placed.end}`);
    // Signs are those of what is kept, whatever a layout of one's own calls the type.
    const fields = placed.fields.map((field) => {
      const need = needed.find(({ name }) => name === field.name);
      return need === undefined || need.name === VALUE ? field : { ...field, type: need.type };
    });
    return { fields, size: whole + (breaks.includes('odd-size') ? SLOT / 2 : 0) };
  }

  private field({ name, type }: Declared, i: number): Omit<PlacedField, 'offset'> {
    const number = numberType(this.btf, type);
    if (number === null)
      this.fail(`state.fields[${i}].type`, `'${type}' is no number that the kernel has; an address is kept as u64`);
    return { name, type, size: number.size };
  }

  private failing(): Plan['fails'] {
    const fails = this.definition.new?.fails ?? [];
    const holds = (one: Failure, value: bigint): boolean =>
      (one.below === undefined || value < one.below) &&
      (one.above === undefined || value > one.above) &&
      (one.is === undefined || value === one.is) &&
      (one.not === undefined || value !== one.not);
    return (values) => {
      const hit = fails.find((one) => holds(one, values[one.parameter] ?? 0n));
      return hit === undefined ? 0 : -errnoNumber(hit.errno)!;
    };
  }

  private checkMethods(element: Plan['element']): void {
    this.definition.methods?.forEach(({ name, gives }, i) => {
      const path = `methods[${i}]`;
      if (name === 'new' || name === 'next' || name === 'destroy')
        this.fail(`${path}.name`, `'${name}' is one of the trio`);
      if (gives === 'following' && !('type' in element))
        this.fail(`${path}.gives`, "'following' gives a number, and an element is a structure");
    });
  }

  private descriptor(plan: Plan, doc: string): IteratorDescriptor {
    const { definition, parameters } = this;
    const { name, methods = [], flags, prototypes } = { ...definition, methods: definition.methods ?? [] };
    const run = behavioursOf(plan);
    const kfunc = (
      suffix: 'new' | 'next' | 'destroy',
      usual: number,
      words: string,
      behaviour: Behaviour,
    ): KfuncDescriptor => ({
      name: prototypes?.[suffix]?.name ?? `bpf_iter_${name}_${suffix}`,
      flags: flags?.[suffix] ?? usual,
      doc: words,
      run: behaviour,
    });
    const func = (method: string): string => `bpf_iter_${name}_${method}`;
    const resultOf = (gives: 'remaining' | 'following'): string => (gives === 'remaining' ? 'u64' : definition.element);
    return {
      name,
      doc,
      size: plan.size,
      declaration: {
        parameters,
        element: definition.element,
        methods: Object.fromEntries(
          methods.map((one) => [func(one.name), { result: resultOf(one.gives), parameters: [] }]),
        ),
        ...(prototypes === undefined ? {} : { prototypes }),
      },
      new: kfunc('new', KF_ITER_NEW, this.newWords(), run.new),
      next: kfunc(
        'next',
        KF_ITER_NEXT | KF_RET_NULL,
        `Gives a pointer to the next element, a ${definition.element}, and NULL at the end.`,
        run.next,
      ),
      destroy: kfunc(
        'destroy',
        KF_ITER_DESTROY,
        'Ends the iterator. Every path that called new has to come here.',
        run.destroy,
      ),
      methods: methods.map((one) => ({
        name: func(one.name),
        flags: 0,
        doc:
          one.doc ??
          (one.gives === 'remaining'
            ? 'How many elements are still to come.'
            : 'What next would give, without moving; 0 at the end.'),
        run: run[one.gives],
      })),
    };
  }

  private newWords(): string {
    const { doc, fails = [] } = { ...this.definition.new, fails: this.definition.new?.fails ?? [] };
    const when = fails.map((one) => {
      const parts = [
        one.below === undefined ? '' : `below ${one.below}`,
        one.above === undefined ? '' : `above ${one.above}`,
        one.is === undefined ? '' : `${one.is}`,
        one.not === undefined ? '' : `not ${one.not}`,
      ];
      return `-${one.errno} when ${one.parameter} is ${parts.filter((part) => part !== '').join(' and ')}`;
    });
    const empty =
      fails.length === 0 ? '' : ` ${when.join(', ')}; the iterator is then empty, and must still be destroyed.`;
    const list = this.parameters.map(({ name, type }) => `${name} (${type})`).join(', ');
    const takes = list === '' ? '' : ` Takes ${list}.`;
    return `${doc ?? 'Begins the iterator.'}${takes}${empty}`;
  }

  private words(): string {
    const { doc, name, element, breaks = [] } = { ...this.definition, breaks: this.definition.breaks ?? [] };
    const broken = breaks.map((one) => ` Broken on purpose (${one}): ${BREAKS[one]}.`).join('');
    return `${doc ?? `An iterator of one's own, ${name}.`} Its elements are ${element}. No kernel has it.${broken}`;
  }
}

const holdsMemory = (at: Plan['element']['at']): boolean => at === 'memory' || at === 'objects';

const isReference = (value: unknown): value is { readonly parameter: string } =>
  typeof value === 'object' && value !== null && 'parameter' in value;

/** The largest first, so that there is no room between them. */
const bySize = <T extends { readonly size: number }>(fields: readonly T[]): readonly T[] =>
  [...fields].sort((a, b) => b.size - a.size);
