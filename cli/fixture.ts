import { main } from './main.ts';

/** Runs the command line as a test sees it: what it wrote, and its exit status. */
export async function cli(...args: string[]): Promise<{ out: string; err: string; status: number }> {
  let out = '';
  let err = '';
  const status = await main(args, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    bytes: (bytes) => (out += new TextDecoder().decode(bytes)),
  });
  return { out, err, status };
}
