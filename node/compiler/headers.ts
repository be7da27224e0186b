import { decodeUtf8 } from '../../core/base/utf8.ts';
import { InputError } from '../../core/base/errors.ts';
import { cHeader } from '../../core/btf/c-header.ts';
import type { EngineAssets } from '../../core/engine/index.ts';
import { shippedBtf } from '../../core/kernel/btf/shipped.ts';
import { linux618 } from '../../core/kernel/releases/linux-6.18.ts';
import type { Headers } from './compiler.ts';

const OWN = 'include/iterscope.h';

/** The headers that programs may include: the modelled kernel's types and functions, and our own. @throws InputError */
export function headersOf({ kernelBtf, files }: EngineAssets): Headers {
  const { kfuncs, btf } = linux618(shippedBtf(kernelBtf));
  const own = files.find(({ name }) => name === OWN);
  if (own === undefined) throw new InputError('it is missing', '', OWN);
  return { 'vmlinux.h': cHeader(btf, kfuncs.names), 'iterscope.h': decodeUtf8(own.bytes) };
}
