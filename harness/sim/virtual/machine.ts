/**
 * The machine that every simulated process believes to run on: Node 20.19.0 on Linux x64, whatever the host is. Code that asks takes
 * the same way on every host, and the oldest supported version promises nothing that a host lacks.
 */
const VERSION = '20.19.0'

export const UID = 1000
export const MEMORY = {
  rss: 67_108_864,
  heapTotal: 33_554_432,
  heapUsed: 16_777_216,
  external: 1_048_576,
  arrayBuffers: 16_384,
}

/** Properties of `process`. */
export const MACHINE = {
  title: 'node',
  version: `v${VERSION}`,
  versions: {
    node: VERSION,
    v8: '11.3.244.8-node.26',
    uv: '1.49.2',
    modules: '115',
    openssl: '3.0.15',
    zlib: '1.3.0.1-motley',
    unicode: '16.0',
    icu: '76.1',
  },
  release: { name: 'node', lts: 'Iron' },
  platform: 'linux',
  arch: 'x64',
  argv0: 'node',
  execArgv: [],
  execPath: '/usr/local/bin/node',
  config: { target_defaults: {}, variables: {} },
  features: {
    inspector: false,
    debug: false,
    uv: true,
    ipv6: true,
    tls_alpn: true,
    tls_sni: true,
    tls_ocsp: true,
    tls: true,
    cached_builtins: true,
    require_module: true,
    typescript: false,
  },
} as const
