import { errnoName, errnoNumber } from '../base/errno.ts';
import { helperId, helperName } from '../isa/helper-names.ts';
import { annotated, ANNOTATIONS, findAnnotation } from '../kernel/catalogue/annotations.ts';
import { mapTypeName } from '../kernel/catalogue/map-types.ts';
import type { KernelModel } from '../kernel/model.ts';
import { progTypeName } from '../trace/index.ts';

/** Numbers that map and program types of Linux 6.18 are below. */
const MAP_TYPES = 34;
const PROG_TYPES = 33;

const numbered = (count: number, name: (n: number) => string): ReadonlyMap<string, number> =>
  new Map(Array.from({ length: count }, (_, n) => [name(n), n] as const).filter(([, n]) => n > 0));

const MAPS = numbered(MAP_TYPES, mapTypeName);
const PROGRAMS = numbered(PROG_TYPES, progTypeName);

/** A name as people give it: of a constant, with or without what the kernel puts before it. */
const bare = (name: string): string =>
  name
    .replace(/^SEC\("(.*)"\)$/, '$1')
    .replace(/^BPF_(MAP|PROG)_TYPE_/, '')
    .toLowerCase();

const annotationDoc = ({ kfuncs, btf }: KernelModel, name: string): string | undefined => {
  const annotation = findAnnotation(name);
  if (annotation === undefined) return undefined;
  const of = annotated(annotation, kfuncs, btf);
  const what =
    annotation.kind === 'flag' ? 'Flag of kernel functions' : 'Ending of a parameter’s name, of kernel functions';
  const who = of.length === 0 ? 'No function of this kernel has it.' : `Functions with it: ${of.join(', ')}.`;
  return `${what}. ${annotation.doc}\n\n${who}`;
};

const helperDoc = ({ helpers }: KernelModel, name: string): string | undefined => {
  const id = helperId(name);
  if (id === undefined || id === 0) return undefined;
  const known = helpers.find(id);
  return `Helper ${id}. ${known === undefined ? 'The model does not cover it: a program that calls it is unsupported.' : known.doc}`;
};

const targetDoc = ({ targets }: KernelModel, name: string): string | undefined => {
  const short = name.replace(/^(iter\/|iter\.s\/|bpf_iter_)/, '').replace(/^bpf_iter__/, '');
  const target = targets.all.find((one) => one.name === short);
  return target === undefined
    ? undefined
    : `Target of iterator programs, SEC("iter/${target.name}"), context struct bpf_iter__${target.name}. ${target.doc}`;
};

const mapDoc = ({ maps }: KernelModel, name: string): string | undefined => {
  const type = MAPS.get(bare(name));
  if (type === undefined) return undefined;
  const { forEach, direct, known } = maps.type({ type });
  if (!known) return `Type of map ${type}. The model does not cover it.`;
  const can = [
    forEach ? 'bpf_for_each_map_elem goes over it' : '',
    direct ? 'its values can be addressed directly' : '',
  ];
  return [`Type of map ${type}, BPF_MAP_TYPE_${bare(name).toUpperCase()}`, ...can.filter((part) => part !== '')].join(
    '; ',
  );
};

const programDoc = (name: string): string | undefined => {
  const type = PROGRAMS.get(bare(name));
  return type === undefined ? undefined : `Type of program ${type}, BPF_PROG_TYPE_${bare(name).toUpperCase()}.`;
};

const errnoDoc = (name: string): string | undefined => {
  const number = /^-?\d+$/.test(name) ? Math.abs(Number(name)) : errnoNumber(name.toUpperCase());
  if (number === undefined || errnoName(number).startsWith('errno ')) return undefined;
  return `errno ${number}, ${errnoName(number)}: the kernel returns -${number}.`;
};

/**
 * What is known of a name: a kernel function, helper, iterator, target of iterator programs, type of map or program, annotation of kernel functions, or errno. A name may mean several
 * things (`task` is an iterator and a target): all of them.
 */
export function documentation(kernel: KernelModel, name: string): string | undefined {
  const parts = [
    kernel.iterators.find(name)?.doc,
    kernel.kfuncs.find(name)?.descriptor.doc,
    helperDoc(kernel, name),
    targetDoc(kernel, name),
    mapDoc(kernel, name),
    programDoc(name),
    annotationDoc(kernel, name),
    errnoDoc(name),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : [...new Set(parts)].join('\n\n');
}

/** Every name that there is documentation of, as it is usually written. */
export function documented(kernel: KernelModel): readonly string[] {
  const helpers: string[] = [];
  for (let id = 1; helperName(id) !== undefined; id++) helpers.push(helperName(id)!);
  return [
    ...kernel.iterators.all.map(({ name }) => `bpf_iter_${name}`),
    ...kernel.kfuncs.names,
    ...helpers,
    ...kernel.targets.all.map(({ name }) => name),
    ...ANNOTATIONS.map(({ name }) => name),
    ...MAPS.keys(),
    ...PROGRAMS.keys(),
  ];
}
