/** `node:os` of a small Linux machine, named after the process; a second instance is on a machine of the same name, as pods are. */
import os from 'node:os'
import type { Seat } from './seat.ts'

const MEMORY_BYTES = 2_147_483_648

export function createOs(seat: Seat): object {
  const user = { uid: 1000, gid: 1000, username: 'app', homedir: '/home/app', shell: '/bin/sh' }
  const cpu = { model: 'simulated', speed: 2000, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }
  return {
    EOL: '\n',
    devNull: '/dev/null',
    constants: os.constants,
    arch: () => 'x64',
    availableParallelism: () => 1,
    cpus: () => [structuredClone(cpu)],
    endianness: () => 'LE',
    freemem: () => MEMORY_BYTES / 2,
    getPriority: () => 0,
    homedir: () => user.homedir,
    hostname: () => seat.port.env.HOSTNAME ?? seat.port.name,
    loadavg: () => [0, 0, 0],
    machine: () => 'x86_64',
    networkInterfaces: () => ({}),
    platform: () => 'linux',
    release: () => '6.1.0',
    setPriority: () => undefined,
    tmpdir: () => '/tmp',
    totalmem: () => MEMORY_BYTES,
    type: () => 'Linux',
    uptime: () => seat.port.nowMs('uptime') / 1000,
    userInfo: () => ({ ...user }),
    version: () => '#1 SMP',
  }
}
