import { Problem } from '../core/problem.ts'

const REASONS: Record<string, string> = {
  ENOSPC: 'has no space left',
  EDQUOT: 'has no space left for this user',
  EACCES: 'may not be written by this user',
  EPERM: 'does not allow it',
  EROFS: 'is on a file system that is mounted read-only',
  ENOENT: 'is not there: is it mounted?',
  ENOTDIR: 'is not below a folder',
  EISDIR: 'is a folder',
  EIO: 'cannot be written: the disk reports an error',
  ENOTSUP: 'is on a file system without hard links',
}

/** A failure of a disk as a Problem that names the path. */
export function diskProblem(path: string, error: unknown): Problem {
  if (error instanceof Problem) return error
  const { code = 'unknown' } = error as NodeJS.ErrnoException
  return new Problem('COPY_FAILED', `${path} ${REASONS[code] ?? `cannot be used (${code})`}`, { cause: error })
}
