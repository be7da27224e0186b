const NAMES: Readonly<Record<number, string>> = {
  1: 'EPERM',
  2: 'ENOENT',
  7: 'E2BIG',
  12: 'ENOMEM',
  13: 'EACCES',
  14: 'EFAULT',
  22: 'EINVAL',
  28: 'ENOSPC',
  71: 'EPROTO',
  95: 'EOPNOTSUPP',
  524: 'ENOTSUPP',
};

/** The kernel's name of a negative errno. */
export const errnoName = (errno: number): string => NAMES[-errno] ?? `error ${-errno}`;
