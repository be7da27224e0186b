import { expect, test } from 'vitest';
import { headersOf } from '../../node/compiler/headers.ts';

import { loadObject } from '../../core/elf/load.ts';
import { verify } from '../../core/verifier/index.ts';
import { assets, kernelModel } from '../../node/inputs.ts';
import { compile, findCompiler } from '../../node/compiler/compiler.ts';
import { diagnosticsOf } from '../../node/compiler/diagnostics.ts';

test('what clang says of lines', () => {
  const said = `x.bpf.c:3:9: error: expected expression
./iterscope.h:12:1: warning: unused variable 'y' [-Wunused-variable]
/usr/include/a.h:1:10: fatal error: 'b.h' file not found
2 errors generated.`;
  expect(diagnosticsOf(said, 'x.bpf.c')).toEqual([
    { line: 3, column: 9, kind: 'error', text: 'expected expression', file: '' },
    { line: 12, column: 1, kind: 'warning', text: "unused variable 'y' [-Wunused-variable]", file: 'iterscope.h' },
    { line: 1, column: 10, kind: 'error', text: "'b.h' file not found", file: 'a.h' },
  ]);
});

test('a program that is no compiler is told apart', async () => {
  expect(await findCompiler('/nowhere/clang')).toBe('/nowhere/clang is no program that may be run');
  expect(await findCompiler(process.execPath)).toMatch(/is no clang/);
});

const found = await findCompiler();
if (typeof found === 'string') console.log(`compiling is not tried: ${found}`);

test.skipIf(typeof found === 'string')(
  'C becomes an object that the verifier accepts, with nothing of this machine in it',
  async () => {
    if (typeof found === 'string') return;
    const text = `#include "vmlinux.h"
#include "iterscope.h"
LICENSE("GPL");
SEC("raw_tp/sys_enter") int sum(void *ctx)
{
	int s = 0, i;
	bpf_for(i, 0, 10)
		s += i;
	return s;
}
SEC("iter/task") int dump(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	if (task)
		BPF_SEQ_PRINTF(ctx->meta->seq, "%d %s\\n", task->pid, task->comm);
	return 0;
}
`;
    const { object, diagnostics, words } = await compile(found, 'x.bpf.c', text, headersOf(assets()));
    expect([diagnostics, words]).toEqual([[], '']);
    const kernel = kernelModel();
    const loaded = loadObject(object!, { file: 'x.bpf.o', ...kernel.loading });
    expect(
      loaded.programs.map((program) => [
        program.name,
        verify({ program, object: loaded, kernel }, { logLevel: 0 }).errno,
      ]),
    ).toEqual([
      ['sum', 0],
      ['dump', 0],
    ]);
    expect(Buffer.from(object!).includes(process.cwd())).toBe(false);
    const wrong = await compile(found, 'x.bpf.c', 'int x = ;\n', headersOf(assets()));
    expect(wrong.object).toBeUndefined();
    expect(wrong.diagnostics).toMatchObject([{ line: 1, column: 9, kind: 'error' }]);
    expect((await compile(found, '../x.c', '', {})).object).toBeDefined();
    expect((await compile(found, 'x; rm.c', '', {})).words).toMatch(/is no name of a C file/);
  },
);
