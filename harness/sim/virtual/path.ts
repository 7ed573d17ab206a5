/** `node:path` of a process whose working directory is `/app`: the host's own would resolve against the host's. */
import path from 'node:path'

const CWD = { posix: '/app', win32: 'C:\\app' }

function from(real: path.PlatformPath, cwd: string): path.PlatformPath {
  const resolve = (...parts: string[]) => real.resolve(cwd, ...parts)
  const relative = (start: string, end: string) => real.relative(resolve(start), resolve(end))
  return { ...real, resolve, relative }
}

export function createPath(): path.PlatformPath {
  const posix = from(path.posix, CWD.posix)
  const win32 = from(path.win32, CWD.win32)
  return Object.assign(posix, { posix, win32: Object.assign(win32, { posix, win32 }) })
}
