// Linux's errnos (x86, arm64 and most others), and those that only the kernel uses within itself.
const NAMES =
  'EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP';
const MORE: Readonly<Record<number, string>> = {
  42: 'ENOMSG',
  43: 'EIDRM',
  61: 'ENODATA',
  62: 'ETIME',
  71: 'EPROTO',
  74: 'EBADMSG',
  75: 'EOVERFLOW',
  84: 'EILSEQ',
  87: 'EUSERS',
  88: 'ENOTSOCK',
  90: 'EMSGSIZE',
  92: 'ENOPROTOOPT',
  93: 'EPROTONOSUPPORT',
  95: 'EOPNOTSUPP',
  97: 'EAFNOSUPPORT',
  98: 'EADDRINUSE',
  99: 'EADDRNOTAVAIL',
  104: 'ECONNRESET',
  105: 'ENOBUFS',
  106: 'EISCONN',
  107: 'ENOTCONN',
  110: 'ETIMEDOUT',
  111: 'ECONNREFUSED',
  114: 'EALREADY',
  115: 'EINPROGRESS',
  116: 'ESTALE',
  122: 'EDQUOT',
  125: 'ECANCELED',
  512: 'ERESTARTSYS',
  524: 'ENOTSUPP',
};
const TABLE: readonly string[] = NAMES.split(' ');

/** The kernel's name of an errno, positive or negative: `EINVAL`; `errno 9999` for one that has none. The one table of them. */
export function errnoName(errno: number): string {
  const n = Math.abs(errno);
  return TABLE[n - 1] ?? MORE[n] ?? `errno ${n}`;
}

/** The number of an errno by name, positive; undefined for a name that is none. */
export function errnoNumber(name: string): number | undefined {
  const at = TABLE.indexOf(name);
  if (at >= 0) return at + 1;
  const found = Object.entries(MORE).find(([, known]) => known === name);
  return found === undefined ? undefined : Number(found[0]);
}

/** An errno as system calls and the verifier return it: negative. */
const negative = (name: string): number => -errnoNumber(name)!;

export const EPERM = negative('EPERM');
export const ENOENT = negative('ENOENT');
export const ESRCH = negative('ESRCH');
export const E2BIG = negative('E2BIG');
export const ELOOP = negative('ELOOP');
export const EBADF = negative('EBADF');
export const EAGAIN = negative('EAGAIN');
export const EOVERFLOW = negative('EOVERFLOW');
export const ENOMEM = negative('ENOMEM');
export const EACCES = negative('EACCES');
export const EFAULT = negative('EFAULT');
export const EBUSY = negative('EBUSY');
export const EEXIST = negative('EEXIST');
export const EINVAL = negative('EINVAL');
export const ENOSPC = negative('ENOSPC');
export const ERANGE = negative('ERANGE');
export const ENAMETOOLONG = negative('ENAMETOOLONG');
export const EPROTO = negative('EPROTO');
export const EOPNOTSUPP = negative('EOPNOTSUPP');
export const ENOTSUPP = negative('ENOTSUPP');
