import { encodeUtf8 } from '../../../base/utf8.ts';
import { FILE_MODES, FMODE_READ, FMODE_WRITE } from './flags.ts';
import type { KernelMemory } from './kernel-memory.ts';
import type { WorldFile } from './schema.ts';

/** O_RDONLY, O_WRONLY, O_RDWR with the bits that `open` has set besides (O_LARGEFILE). */
const OPEN_FLAGS = { r: 0x8000, w: 0x8001, rw: 0x8002 } as const;
const OPEN_MODES = { r: FMODE_READ, w: FMODE_WRITE, rw: FMODE_READ | FMODE_WRITE } as const;

/** File systems by the kind of file, as far as their numbers are well known (include/uapi/linux/magic.h). */
const FILE_SYSTEMS: Readonly<Record<string, { readonly magic: number; readonly name: string; readonly dev: number }>> =
  {
    file: { magic: 0xef53, name: 'ext4', dev: 0x0080_0001 },
    directory: { magic: 0xef53, name: 'ext4', dev: 0x0080_0001 },
    char: { magic: 0x0102_1994, name: 'devtmpfs', dev: 6 },
    pipe: { magic: 0x5049_5045, name: 'pipefs', dev: 14 },
    socket: { magic: 0x534f_434b, name: 'sockfs', dev: 9 },
    anon: { magic: 0x0904_1934, name: 'anon_inodefs', dev: 15 },
  };

/** Files, inodes, directory entries and super blocks of the simulated kernel. The same path is the same inode. */
export class Files {
  private readonly inodes = new Map<string, { readonly inode: bigint; readonly dentry: bigint }>();
  private readonly supers = new Map<string, { readonly block: bigint; readonly mount: bigint }>();
  private readonly paths = new Map<bigint, string>();
  private nextInode = 1000;

  constructor(private readonly memory: KernelMemory) {}

  /** An open file; returns the address of its `struct file`. */
  open({ path, kind = kindOf(path), ino, mode = 'rw', pos = 0, protocol }: Omit<WorldFile, 'fd'>): bigint {
    const { memory } = this;
    const { inode, dentry } = this.inode(path, kind, ino, protocol);
    const file = memory.allocate('file');
    memory.fill('file', file, {
      f_mode: OPEN_MODES[mode],
      f_flags: OPEN_FLAGS[mode],
      f_pos: pos,
      f_inode: inode,
      'f_path.dentry': dentry,
      'f_path.mnt': this.superBlock(kind).mount,
    });
    this.paths.set(file, path);
    return file;
  }

  /** The path of an open file, by its address; undefined for what is none. */
  pathOf(file: bigint): string | undefined {
    return this.paths.get(file);
  }

  private inode(path: string, kind: string, ino?: number, protocol?: string): { inode: bigint; dentry: bigint } {
    const known = this.inodes.get(path);
    if (known !== undefined) return known;
    const { memory } = this;
    const { block } = this.superBlock(kind);
    const inode = memory.allocate('inode');
    memory.fill('inode', inode, {
      i_ino: ino ?? inodeIn(path) ?? this.nextInode++,
      i_mode: FILE_MODES[kind]!,
      i_sb: block,
      i_uid: 0,
      i_gid: 0,
      i_nlink: 1,
      i_size: 0,
    });
    const dentry = memory.allocate('dentry');
    const name = dentryName(path, kind, protocol);
    memory.fill('dentry', dentry, {
      d_inode: inode,
      d_sb: block,
      d_parent: this.parentOf(path, kind, dentry),
    });
    if (name !== null)
      memory.fill('dentry', dentry, { 'd_name.name': memory.text(name), 'd_name.len': encodeUtf8(name).length });
    const made = { inode, dentry };
    this.inodes.set(path, made);
    return made;
  }

  // Of the root, and of what lies in no directory, the entry itself.
  private parentOf(path: string, kind: string, self: bigint): bigint {
    if (path === '/' || !path.startsWith('/') || kind === 'pipe' || kind === 'socket' || kind === 'anon') return self;
    return this.inode(path.slice(0, path.lastIndexOf('/')) || '/', 'directory').dentry;
  }

  private superBlock(kind: string): { block: bigint; mount: bigint } {
    const system = FILE_SYSTEMS[kind]!;
    const known = this.supers.get(system.name);
    if (known !== undefined) return known;
    const { memory } = this;
    const block = memory.allocate('super_block');
    const type = memory.allocate('file_system_type');
    memory.fill('file_system_type', type, { name: memory.text(system.name) });
    memory.fill('super_block', block, { s_dev: system.dev, s_magic: system.magic, s_type: type, s_id: system.name });
    const mount = memory.allocate('mount');
    memory.fill('mount', mount, { 'mnt.mnt_sb': block, 'mnt.mnt_flags': 0 });
    const made = { block, mount: memory.fieldAddress('mount', mount, 'mnt') };
    this.supers.set(system.name, made);
    return made;
  }
}

/** What an entry is called, where there is a directory or none; null for a socket whose protocol nobody told. */
function dentryName(path: string, kind: string, protocol: string | undefined): string | null {
  if (kind === 'pipe') return '';
  if (kind === 'socket') return protocol ?? null;
  if (kind === 'anon') return path.replace(/^anon_inode:/, '');
  return path === '/' ? '/' : path.slice(path.lastIndexOf('/') + 1);
}

/** `socket:[4711]` names its inode. */
function inodeIn(path: string): number | undefined {
  const digits = /^\w+:\[(\d+)\]$/.exec(path)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function kindOf(path: string): NonNullable<WorldFile['kind']> {
  if (path.startsWith('socket:')) return 'socket';
  if (path.startsWith('pipe:')) return 'pipe';
  if (path.startsWith('anon_inode:')) return 'anon';
  return path.startsWith('/dev/') ? 'char' : 'file';
}
