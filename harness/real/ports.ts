/** Ports that nobody listens on. */
import { createServer, type Server } from 'node:net'
import { ClusterError } from '../cluster.ts'

/** Free when it answers, which is no promise that they stay so. */
export async function freePorts(count: number, host: string): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0, host)))
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map(close))
  return ports
}

/** Rejects with a ClusterError when somebody has it. */
export async function refuseTaken(port: number, host: string): Promise<void> {
  try {
    await close(await listen(port, host))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why =
      code === 'EADDRINUSE' ? 'is in use: stop what listens there, or choose another' : `can't be had (${code})`
    throw new ClusterError(`port ${port} ${why}`)
  }
}

function listen(port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, host, () => resolve(server))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}
