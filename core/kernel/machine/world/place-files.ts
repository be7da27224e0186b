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

/** What a socket of the world has for the file that stands for it. */
export interface SocketFile {
  /** Of its `struct socket`, and of the inode that lies behind that. */
  readonly socket: bigint;
  readonly inode: bigint;
  readonly protocol: string;
  readonly uid: number;
}

/** Files, inodes, directory entries and super blocks of the simulated kernel. The same path is the same inode. */
export class Files {
  private readonly inodes = new Map<string, { readonly inode: bigint; readonly dentry: bigint }>();
  private readonly supers = new Map<string, { readonly block: bigint; readonly mount: bigint }>();
  private readonly paths = new Map<bigint, string>();
  private readonly tables = new Map<string, bigint>();
  private readonly sockets = new Map<number, SocketFile>();
  /** The file of each socket: however often it is open, there is one. */
  private readonly ofSockets = new Map<SocketFile, bigint>();
  /** What `sock_from_file` says of each file; undefined for a socket that is not among the world's. */
  private readonly socketsOf = new Map<bigint, bigint | undefined>();
  private nextInode = 1000;

  constructor(private readonly memory: KernelMemory) {}

  /** An open file; returns the address of its `struct file`. */
  open({ path, kind = kindOf(path), ino, mode = 'rw', pos = 0, protocol, size }: Omit<WorldFile, 'fd'>): bigint {
    const { memory } = this;
    const found = kind === 'socket' ? this.sockets.get(inodeIn(path) ?? -1) : undefined;
    const known = found === undefined ? undefined : this.ofSockets.get(found);
    if (known !== undefined) return known;
    const { inode, dentry } = this.inode(path, kind, ino, found?.protocol ?? protocol, size, found);
    const file = memory.allocate('file');
    memory.fill('file', file, {
      f_mode: OPEN_MODES[mode],
      f_flags: OPEN_FLAGS[mode],
      f_pos: pos,
      f_op: this.operations(kind),
      f_inode: inode,
      'f_path.dentry': dentry,
      'f_path.mnt': this.superBlock(kind).mount,
    });
    this.paths.set(memory.fieldAddress('file', file, 'f_path'), path);
    this.socketsOf.set(file, kind === 'socket' ? found?.socket : 0n);
    if (found !== undefined) {
      this.ofSockets.set(found, file);
      memory.fill('file', file, { private_data: found.socket });
      memory.fill('socket', found.socket, { file });
    }
    return file;
  }

  /** Tells of a socket before its files are opened. */
  addSocket(ino: number, socket: SocketFile): void {
    this.sockets.set(ino, socket);
    // Those that no process has open can be reached too: the kernel's own.
    this.fillInode(socket.inode, 'socket', ino, socket.uid);
    this.memory.fill('inode', socket.inode, { i_size: 0 });
  }

  /** Address of the `struct socket` that an open file stands for, 0 for a file of another kind; undefined where the world does not say. */
  socketAt(file: bigint): bigint | undefined {
    return this.socketsOf.get(file);
  }

  /** What `d_path` says of an open file's `f_path`, by that field's address; undefined for what is none. */
  pathAt(address: bigint): string | undefined {
    return this.paths.get(address);
  }

  private inode(
    path: string,
    kind: string,
    ino?: number,
    protocol?: string,
    size?: number,
    socket?: SocketFile,
  ): { inode: bigint; dentry: bigint } {
    const known = this.inodes.get(path);
    if (known !== undefined) return known;
    const { memory } = this;
    const { block } = this.superBlock(kind);
    const inode = socket?.inode ?? memory.allocate('inode');
    if (socket === undefined) this.fillInode(inode, kind, ino ?? inodeIn(path) ?? this.nextInode++, 0);
    if (size !== undefined || (kind !== 'file' && kind !== 'directory'))
      memory.fill('inode', inode, { i_size: size ?? 0 });
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

  private fillInode(inode: bigint, kind: string, ino: number, uid: number): void {
    this.memory.fill('inode', inode, {
      i_ino: ino,
      i_mode: FILE_MODES[kind]!,
      i_sb: this.superBlock(kind).block,
      i_uid: uid,
      i_gid: 0,
      i_nlink: 1,
    });
  }

  // Of the root, and of what lies in no directory, the entry itself.
  private parentOf(path: string, kind: string, self: bigint): bigint {
    if (path === '/' || !path.startsWith('/') || kind === 'pipe' || kind === 'socket' || kind === 'anon') return self;
    return this.inode(path.slice(0, path.lastIndexOf('/')) || '/', 'directory').dentry;
  }

  /** What is done to files of a kind: only that it is the same for all of them is known. */
  private operations(kind: string): bigint {
    let at = this.tables.get(kind);
    if (at === undefined) this.tables.set(kind, (at = this.memory.allocate('file_operations')));
    return at;
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
