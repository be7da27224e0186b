import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { documentation } from '../core/engine/documentation.ts';
import { ANNOTATIONS, annotated } from '../core/kernel/catalogue/annotations.ts';
import { kernelModel } from '../node/inputs.ts';
import { parseGolden } from '../oracle/golden-file.ts';

/** Of each annotation a golden program that a 6.18 refuses for its sake, and what it says. */
const REFUSED: Readonly<Record<string, readonly [golden: string, message: RegExp]>> = {
  __sz: ['annotations/sizes:sz_beyond', /memory, len pair leads to invalid memory access/],
  __szk: ['annotations/sizes:szk_unknown', /R4 must be a known constant/],
  __k: ['annotations/objects:of_unknown', /R1 must be a known constant/],
  __uninit: ['dynptrs/records:reserved_again', /cannot overwrite referenced dynptr/],
  __opt: ['annotations/sizes:szk_of_number', /memory, len pair leads to invalid memory access/],
  __str: ['annotations/strings:str_on_stack', /doesn't point to a const string/],
  __nullable: ['annotations/nullable:nullable_maybe_null', /is ptr_or_null_ expected ptr_ or socket/],
  __ign: ['annotations/strings:ign_beside_never_set', /R4 is not a scalar/],
  __map: ['annotations/task_work:other_map', /doesn't match map pointer in R3/],
  __alloc: ['annotations/objects:percpu_dropped_as_other', /expected for bpf_percpu_obj_drop_impl/],
  __refcounted_kptr: ['annotations/objects:share_other', /doesn't point to a type with bpf_refcount field/],
  __irq_flag: ['annotations/locks:interrupts_flag_elsewhere', /doesn't point to an irq flag on stack/],
  KF_ACQUIRE: ['annotations/attached:executable_leaks', /would lead to reference leak/],
  KF_RELEASE: ['annotations/attached:given_put', /expects refcounted PTR_TO_BTF_ID/],
  KF_RET_NULL: ['annotations/sizes:szk_unchecked', /invalid mem access 'rdonly_mem_or_null'/],
  KF_TRUSTED_ARGS: ['annotations/attached:dentry_attribute', /R1 must be referenced or trusted/],
  KF_RCU: ['annotations/flags:rcu_outside', /R1 must be a rcu pointer/],
  KF_SLEEPABLE: ['annotations/attached:file_attribute_awake', /program must be sleepable/],
  KF_ITER_NEW: ['iter-num/c:new_twice', /expected uninitialized iter_num/],
  KF_ITER_NEXT: ['iter-num/abuse:next_before_new', /expected an initialized iter_num/],
  KF_ITER_DESTROY: ['iter-num/c:double_destroy', /expected an initialized iter_num/],
  KF_RCU_PROTECTED: ['annotations/flags:protected_outside', /requires RCU critical section protection/],
};

/** Those that make the verifier refuse nothing: it takes what others refuse, or looks elsewhere. */
const REFUSES_NOTHING: readonly string[] = ['__prog', '__iter', 'KF_FASTCALL', 'KF_DESTRUCTIVE', 'KF_DEPRECATED'];

const kernel = kernelModel();
const path = (of: string): string => fileURLToPath(new URL(of, import.meta.url));

describe('annotations of kernel functions', () => {
  test('each has a program that is refused for its sake, or none can be', () => {
    expect([...Object.keys(REFUSED), ...REFUSES_NOTHING].sort()).toEqual(ANNOTATIONS.map(({ name }) => name).sort());
  });

  test.each(Object.entries(REFUSED))('%s', (_name, [golden, message]) => {
    const [file, prog] = golden.split(':');
    const { goldens } = parseGolden(readFileSync(path(`golden/${file}.log`), 'utf8'));
    const said = goldens.find((one) => one.prog === prog && one.level === 1)!;
    expect(said.errno).toBeLessThan(0);
    expect(said.log).toMatch(message);
  });

  test.each(ANNOTATIONS)('$name has an entry in the reference', ({ name, doc }) => {
    expect(documentation(kernel, name)).toContain(doc);
  });

  test('who has one is read from the kernel’s types and flags', () => {
    const of = (name: string): readonly string[] =>
      annotated(
        ANNOTATIONS.find((one) => one.name === name)!,
        kernel.kfuncs,
        kernel.btf,
      );
    expect(of('__prog')).toContain('bpf_wq_set_callback_impl');
    expect(of('KF_ITER_NEXT')).toContain('bpf_iter_num_next');
    expect(of('KF_DESTRUCTIVE')).toEqual([]);
    const silent = ANNOTATIONS.filter(({ name }) => of(name).length === 0).map(({ name }) => name);
    expect(silent).toEqual(['__iter', 'KF_DESTRUCTIVE', 'KF_DEPRECATED']);
  });
});
